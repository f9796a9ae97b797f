package dev.vitrine.build;

import dev.vitrine.engine.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Where a build runs.
 *
 * @param options of sessions: threads, tier; outputs play no part
 * @param folder of the configuration, where its paths are looked for too; null for none
 * @param out gets the lines that a build prints
 * @param warn gets a line for what seems wrong but is done as asked
 */
public record Environment(
    Options options, Path folder, Consumer<String> out, Consumer<String> warn) {
  /** A path as it is, or where there is no such file, beside the configuration. */
  Path find(String path) {
    Path plain = Path.of(path);
    if (folder == null || plain.isAbsolute() || Files.exists(plain)) {
      return plain;
    }
    Path beside = folder.resolve(path);
    return Files.exists(beside) ? beside : plain;
  }

  void print(String format, Object... args) {
    out.accept(args.length == 0 ? format : String.format(Locale.ROOT, format, args));
  }
}
