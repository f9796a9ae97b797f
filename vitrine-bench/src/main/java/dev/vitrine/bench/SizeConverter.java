package dev.vitrine.bench;

import dev.vitrine.vision.PictureModel.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a picture's size. */
final class SizeConverter implements ITypeConverter<Size> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

  @Override
  public Size convert(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      throw new TypeConversionException("'" + text + "': write HxW, such as 518x518");
    }
    return new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
  }
}
