package dev.vitrine.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A picture's size, height first, as {@code -g} takes it. */
record Size(int height, int width) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})[xX,×](\\d{1,5})");

  /** Reads {@code 518x518}; the vendor samples' {@code 518,518} too. */
  static final class Converter implements ITypeConverter<Size> {
    @Override
    public Size convert(String text) {
      Matcher m = TEXT.matcher(text.strip());
      if (!m.matches() || Integer.parseInt(m.group(1)) == 0 || Integer.parseInt(m.group(2)) == 0) {
        throw new TypeConversionException(
            "'" + text + "' is no size; write height x width, such as 518x518");
      }
      return new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
  }

  @Override
  public String toString() {
    return height + "×" + width;
  }
}
