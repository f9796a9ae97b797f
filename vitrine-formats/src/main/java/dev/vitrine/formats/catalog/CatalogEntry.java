package dev.vitrine.formats.catalog;

import java.util.List;

/**
 * A published model.
 *
 * @param name what it is asked for by
 * @param family such as {@code dinov2}
 * @param title for people, such as {@code ViT-S/14}
 * @param licence an SPDX name
 * @param megabytes about what it takes to fetch
 * @param files what belongs to it
 * @param main the file to open it by; empty for the folder that holds all of them
 */
public record CatalogEntry(
    String name,
    String family,
    String title,
    String licence,
    long megabytes,
    List<CatalogFile> files,
    String main) {
  public CatalogEntry {
    files = List.copyOf(files);
  }
}
