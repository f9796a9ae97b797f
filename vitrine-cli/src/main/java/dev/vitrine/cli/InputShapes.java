package dev.vitrine.cli;

import dev.vitrine.graph.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option that fixes input shapes by name. */
final class InputShapes {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = {"--input-shape", "--overwrite-input-shape"},
      arity = "1..*",
      paramLabel = "NAME:1x3x518x518",
      description = "Fix an input's shape; names in place of numbers stay free.")
  List<String> shapes = List.of();

  Map<String, Shape> byName() {
    Map<String, Shape> out = new LinkedHashMap<>();
    for (String text : shapes) {
      int colon = text.lastIndexOf(':');
      if (colon <= 0) {
        CommandLine line = spec.commandLine();
        throw new ParameterException(
            line, "--input-shape '" + text + "': write NAME:SHAPE, such as input:1x3x518x518");
      }
      out.put(text.substring(0, colon), Shape.parse(text.substring(colon + 1).replace(',', 'x')));
    }
    return out;
  }
}
