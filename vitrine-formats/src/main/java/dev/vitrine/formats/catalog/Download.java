package dev.vitrine.formats.catalog;

import dev.vitrine.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches a file by HTTP into {@code NAME.part}, going on where an earlier try broke off if the
 * server's file is still the same.
 */
final class Download {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int NOT_SATISFIABLE = 416;

  private final URI url;
  private final Path part;
  private final Path tag;
  private final PullProgress progress;

  Download(URI url, Path part, PullProgress progress) {
    this.url = url;
    this.part = part;
    this.tag = part.resolveSibling(part.getFileName() + ".etag");
    this.progress = progress;
  }

  /**
   * Completes the part file.
   *
   * @return false when the server has no such file
   * @throws FormatException when the server can't be reached, refuses, or breaks off
   */
  boolean run() {
    try {
      return run(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FormatException(url + ": interrupted; run it again to go on", e);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new FormatException(url + ": can't be fetched (" + reason + "); try it again", e);
    }
  }

  private boolean run(boolean again) throws IOException, InterruptedException {
    long have = Files.exists(part) && Files.exists(tag) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(url).GET();
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-").header("If-Range", Files.readString(tag));
    }
    HttpResponse<InputStream> response =
        CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == NOT_FOUND || status == GONE) {
        return false;
      }
      if (status == NOT_SATISFIABLE && again) {
        discard();
        return run(false);
      }
      if (status != OK && status != PARTIAL) {
        throw new FormatException(url + ": the server answers " + status + "; try it again later");
      }
      Matcher range = RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
      boolean goesOn = status == PARTIAL && range.matches() && range.group(1).equals("" + have);
      if (status == PARTIAL && !goesOn) {
        discard();
        throw new FormatException(url + ": the server sends another part than asked; try again");
      }
      OptionalLong length = response.headers().firstValueAsLong("Content-Length");
      long from = goesOn ? have : 0;
      long total = length.isPresent() ? from + length.getAsLong() : -1;
      if (!goesOn) {
        discard();
        String etag = response.headers().firstValue("ETag").orElse("");
        if (!etag.isEmpty() && !etag.startsWith("W/")) {
          Files.writeString(tag, etag);
        }
      }
      copy(body, from, total);
      return true;
    }
  }

  private void copy(InputStream body, long from, long total) throws IOException {
    long done = from;
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.truncate(from).position(from);
      byte[] buffer = new byte[1 << 16];
      try {
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
          ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
          done += n;
          progress.update(CatalogFile.nameOf(url), done, total);
        }
      } catch (IOException e) {
        throw brokeOff(done, total, e);
      }
    }
    if (total >= 0 && done != total) {
      throw brokeOff(done, total, null);
    }
  }

  private FormatException brokeOff(long done, long total, IOException cause) {
    String of = total < 0 ? "" : " of " + total;
    return new FormatException(
        url + ": the connection broke after " + done + of + " bytes; run it again to go on", cause);
  }

  /** Removes what is there of the file. */
  void discard() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(tag);
  }
}
