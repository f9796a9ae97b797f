package dev.vitrine.formats.catalog;

/** Told how far a download is. */
@FunctionalInterface
public interface PullProgress {
  PullProgress NONE = (_, _, _) -> {};

  /**
   * @param file the file's name
   * @param done bytes that are there
   * @param total the file's bytes; negative when the server doesn't say
   */
  void update(String file, long done, long total);
}
