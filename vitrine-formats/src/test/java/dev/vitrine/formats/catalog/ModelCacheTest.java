package dev.vitrine.formats.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelCacheTest {
  private final byte[] weights = new byte[300_000];
  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private String etag = "\"1\"";

  /** After how many bytes the server hangs up, once; negative: never. */
  private int breakAfter = -1;

  /** Until the client has seen something of what the server sent before it hangs up. */
  private final CountDownLatch arrived = new CountDownLatch(1);

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(weights);
    files.put("/m/config.json", "{}".getBytes());
    files.put("/m/pytorch_model.bin", weights);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange x) throws IOException {
    String path = x.getRequestURI().getPath();
    String range = x.getRequestHeaders().getFirst("Range");
    requests.add(path + (range == null ? "" : " " + range));
    try (x) {
      if (path.startsWith("/moved")) {
        x.getResponseHeaders().set("Location", path.substring(6));
        x.sendResponseHeaders(302, -1);
        return;
      }
      byte[] all = files.get(path);
      if (all == null) {
        x.sendResponseHeaders(path.contains("broken") ? 503 : 404, -1);
        return;
      }
      x.getResponseHeaders().set("ETag", etag);
      boolean same = etag.equals(x.getRequestHeaders().getFirst("If-Range"));
      int from = range == null || !same ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      if (from > 0) {
        x.getResponseHeaders()
            .set("Content-Range", "bytes %d-%d/%d".formatted(from, all.length - 1, all.length));
      }
      x.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
      int to = all.length;
      if (breakAfter >= 0 && path.endsWith(".bin")) {
        to = from + breakAfter;
        breakAfter = -1;
      }
      x.getResponseBody().write(all, from, to - from);
      x.getResponseBody().flush();
      if (to < all.length) {
        arrived.await(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private CatalogFile file(boolean optional, String sha256, String... paths) {
    String base = "http://localhost:" + server.getAddress().getPort();
    return new CatalogFile(
        Arrays.stream(paths).map(p -> URI.create(base + p)).toList(), optional, sha256);
  }

  private CatalogEntry entry(CatalogFile... files) {
    return new CatalogEntry("o/model", "dinov2", "M", "MIT", 1, List.of(files), "");
  }

  private CatalogEntry entry() {
    return entry(
        file(false, "", "/m/config.json"),
        file(false, "", "/m/model.safetensors", "/moved/m/pytorch_model.bin"),
        file(true, "", "/m/README.md"));
  }

  @Test
  void fetchesOnceAndChecksAfterwards() throws Exception {
    ModelCache cache = new ModelCache(folder);
    List<Long> seen = new ArrayList<>();
    assertThat(cache.has(entry())).isFalse();
    List<ModelCache.Pulled> pulled = cache.pull(entry(), (file, done, total) -> seen.add(done));
    assertThat(pulled)
        .extracting(ModelCache.Pulled::name)
        .containsExactly("config.json", "pytorch_model.bin");
    assertThat(seen).last().isEqualTo(300_000L);
    assertThat(cache.has(entry())).isTrue();
    assertThat(cache.path(entry())).isEqualTo(folder.resolve("o_model"));
    assertThat(cache.size(entry())).isEqualTo(300_002);
    Path file = folder.resolve("o_model/pytorch_model.bin");
    assertThat(file).hasBinaryContent(weights);
    assertThat(folder.resolve("o_model/SHA256SUMS"))
        .content()
        .contains("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  config.json");
    requests.clear();
    assertThat(cache.pull(entry(), PullProgress.NONE)).isEqualTo(pulled);
    assertThat(requests).containsExactly("/m/README.md");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> cache.pull(entry(), PullProgress.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("pytorch_model.bin: its SHA-256 is")
        .hasMessageContaining("delete it and pull again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1\"", "\"2\""})
  void goesOnAfterABreak(String later) throws Exception {
    ModelCache cache = new ModelCache(folder);
    breakAfter = 100_000;
    assertThatThrownBy(
            () ->
                cache.pull(
                    entry(),
                    (file, done, total) -> {
                      if (file.endsWith(".bin")) {
                        arrived.countDown();
                      }
                    }))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("of 300000 bytes; run it again to go on");
    assertThat(cache.has(entry())).isFalse();
    long part = Files.size(folder.resolve("o_model/pytorch_model.bin.part"));
    assertThat(part).isBetween(1L, 100_000L);
    etag = later;
    requests.clear();
    cache.pull(entry(), PullProgress.NONE);
    assertThat(requests).contains("/m/pytorch_model.bin bytes=" + part + "-");
    assertThat(folder.resolve("o_model/pytorch_model.bin"))
        .as("ETag %s", later)
        .hasBinaryContent(weights);
    try (var left = Files.list(folder.resolve("o_model"))) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "pytorch_model.bin", "SHA256SUMS");
    }
  }

  @Test
  void anotherFileThanBefore() throws Exception {
    ModelCache cache = new ModelCache(folder);
    cache.pull(entry(), PullProgress.NONE);
    Files.delete(folder.resolve("o_model/pytorch_model.bin"));
    weights[0]++;
    assertThatThrownBy(() -> cache.pull(entry(), PullProgress.NONE))
        .hasMessageContaining("the server has another file than before");
    assertThat(cache.has(entry())).isFalse();
  }

  @Test
  void pinnedChecksum() {
    String sum = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    ModelCache cache = new ModelCache(folder);
    cache.pull(entry(file(false, sum, "/m/config.json")), PullProgress.NONE);
    assertThatThrownBy(
            () ->
                new ModelCache(folder.resolve("2"))
                    .pull(entry(file(false, "0".repeat(64), "/m/config.json")), PullProgress.NONE))
        .hasMessageContaining("not 0000");
  }

  @Test
  void whatTheServerDoesNotHave() {
    ModelCache cache = new ModelCache(folder);
    assertThatThrownBy(() -> cache.pull(entry(file(false, "", "/m/none")), PullProgress.NONE))
        .hasMessageContaining("/m/none: the server has no such file");
    assertThatThrownBy(() -> cache.pull(entry(file(false, "", "/broken")), PullProgress.NONE))
        .hasMessageContaining("the server answers 503");
    server.stop(0);
    assertThatThrownBy(() -> cache.pull(entry(), PullProgress.NONE))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("can't be fetched");
  }

  @Test
  void findsByName() {
    assertThat(Catalog.find("dinov2_vits14").main()).isEqualTo("dinov2_vits14_pretrain.pth");
    assertThat(Catalog.find("dinov2_vitg14_reg_lc").files()).hasSize(2);
    assertThat(Catalog.find("dinov2-small")).isSameAs(Catalog.find("facebook/dinov2-small"));
    assertThat(Catalog.entries()).extracting(CatalogEntry::name).doesNotHaveDuplicates();
    assertThatThrownBy(() -> Catalog.find("dinov2-smal"))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("did you mean 'facebook/dinov2-small'?");
    assertThatThrownBy(() -> Catalog.find("segformer_b0_cityscapes"))
        .hasMessageContaining("segformer-b0");
  }
}
