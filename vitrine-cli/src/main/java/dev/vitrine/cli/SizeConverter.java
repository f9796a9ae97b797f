package dev.vitrine.cli;

import dev.vitrine.vision.PictureModel.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 518x518}, height first; the vendor samples' {@code 518,518} too. */
final class SizeConverter implements ITypeConverter<Size> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})[xX,×](\\d{1,5})");

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
