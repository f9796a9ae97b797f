package dev.vitrine.graph;

/**
 * A fault in what the user gave: a file, an option, a graph. The message is one line that names the
 * thing at fault and says what to do; the command line prints it and exits with 2.
 */
public class VitrineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VitrineException(String message) {
    super(oneLine(message));
  }

  public VitrineException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Names from untrusted files may hold line ends and terminal codes. */
  private static String oneLine(String message) {
    return String.valueOf(message).replaceAll("\\p{Cntrl}", "?");
  }
}
