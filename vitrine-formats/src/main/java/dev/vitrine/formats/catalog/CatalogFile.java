package dev.vitrine.formats.catalog;

import java.net.URI;
import java.util.List;

/**
 * A file of a published model.
 *
 * @param urls where it is, in order of preference; the last part of the path is the file's name
 * @param optional whether the model works without it
 * @param sha256 its checksum in hexadecimal digits; empty when none was published
 */
public record CatalogFile(List<URI> urls, boolean optional, String sha256) {
  public CatalogFile {
    urls = List.copyOf(urls);
  }

  static String nameOf(URI url) {
    return url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
  }
}
