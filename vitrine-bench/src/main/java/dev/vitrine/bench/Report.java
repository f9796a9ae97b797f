package dev.vitrine.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.formats.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command has measured: lines for people, or JSON. */
final class Report {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result as JSON to this file; - for standard output.")
  String json;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  private final Map<String, Object> all = new LinkedHashMap<>();

  void line(String text, Object... args) {
    if (!"-".equals(json)) {
      spec.commandLine().getOut().println(String.format(Locale.ROOT, text, args));
    }
  }

  void put(String key, Object value) {
    all.put(key, value);
  }

  /** Writes the JSON if it is wanted. */
  void write() throws IOException {
    if (json == null) {
      return;
    }
    String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    if (json.equals("-")) {
      spec.commandLine().getOut().println(text);
    } else {
      AtomicFile.write(Path.of(json), (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
