package dev.vitrine.cli;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.resize.Box;
import picocli.CommandLine.ITypeConverter;

/** Reads a box as left, top, right, bottom, such as {@code 10,20,110,220}. */
final class BoxConverter implements ITypeConverter<Box> {
  @Override
  public Box convert(String text) {
    if (!text.matches("\\d{1,6}(,\\d{1,6}){3}")) {
      throw new VitrineException(
          "'"
              + text
              + "' is no box; give left, top, right, bottom in pixels, such as 10,20,110,220");
    }
    String[] n = text.split(",");
    return new Box(
        Integer.parseInt(n[1]),
        Integer.parseInt(n[0]),
        Integer.parseInt(n[3]),
        Integer.parseInt(n[2]));
  }
}
