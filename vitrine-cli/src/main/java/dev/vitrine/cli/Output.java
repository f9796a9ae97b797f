package dev.vitrine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.vitrine.formats.AtomicFile;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Where results go: text for people on standard output, and JSON where {@code --json} says. With
 * {@code --json -} standard output holds the JSON alone.
 */
final class Output {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result as JSON to this file; - for standard output.")
  String json;

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** A line for people. */
  void line(Object text) {
    if (!"-".equals(json)) {
      spec.commandLine().getOut().println(text);
    }
  }

  void line(String format, Object... args) {
    line(String.format((Locale) null, format, args));
  }

  /** Writes the JSON if it was asked for. */
  void json(Map<String, ?> result) {
    if (json == null) {
      return;
    }
    try {
      String text =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result);
      if (json.equals("-")) {
        spec.commandLine().getOut().println(text);
      } else {
        AtomicFile.write(Path.of(json), (text + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
