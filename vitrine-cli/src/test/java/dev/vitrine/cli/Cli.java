package dev.vitrine.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * One call of the command, with what it printed.
 *
 * @param code the exit code
 */
record Cli(int code, String out, String err) {
  static final Path ROOT = Path.of(System.getProperty("vitrine.root"));
  static final Path TINY = ROOT.resolve("testdata/tiny");

  static Cli run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Stream.of(args).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new Cli(code, out.toString(), err.toString());
  }
}
