package dev.vitrine.formats;

import dev.vitrine.graph.VitrineException;

/**
 * A file that can't be read as what it should be. The message names the file, the fault and a
 * remedy, in one line: names out of a damaged file can't bring control characters to a terminal.
 */
public final class FormatException extends VitrineException {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(printable(message));
  }

  public FormatException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  private static String printable(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }
}
