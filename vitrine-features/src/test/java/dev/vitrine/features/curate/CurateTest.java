package dev.vitrine.features.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.engine.Options;
import dev.vitrine.features.TestData;
import dev.vitrine.features.curate.Collected.Item;
import dev.vitrine.features.curate.Curation.Chosen;
import dev.vitrine.features.curate.Curation.Turns;
import dev.vitrine.features.curate.Duplicates.Group;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurateTest {
  private static final Options OPTIONS = Options.defaults().threads(1);
  private static final int WIDTH = 16;

  @TempDir Path folder;

  /** Vectors around directions: a letter is a direction, a digit how far it is off. */
  private static Collected collected(String... names) {
    List<Item> items = new ArrayList<>();
    float[] all = new float[names.length * WIDTH];
    for (int i = 0; i < names.length; i++) {
      int direction = names[i].charAt(0) - 'a';
      float off = (names[i].charAt(1) - '0') * 0.1f;
      all[i * WIDTH + direction] = 1;
      all[i * WIDTH + 15] = off;
      int side = 10 + names[i].length();
      items.add(new Item(PictureSource.of(names[i], TestData.blobs(side, side, i)), side, side));
    }
    return new Collected(
        items, Tensor.f32(Shape.of(names.length, WIDTH), Vectors.normalise(all, WIDTH)));
  }

  private static List<String> names(List<Chosen> chosen) {
    return chosen.stream().map(c -> c.item().source().name()).toList();
  }

  private static List<String> names(Group g) {
    List<String> names = new ArrayList<>(List.of(g.kept().item().source().name()));
    g.others().forEach(m -> names.add(m.item().source().name()));
    return names;
  }

  @Test
  void chainsAreOneGroupAndTheLargestIsKept() {
    // cos between neighbours of a chain 0.995, between its ends 0.98.
    Collected all = collected("a0", "b0", "a2", "c0", "a1xx", "b0");
    List<Group> groups = Duplicates.find(all, 0.99, OPTIONS);
    assertThat(groups).hasSize(2);
    assertThat(names(groups.get(0))).containsExactly("a1xx", "a2", "a0");
    assertThat(groups.get(0).others().get(0).cosine()).isEqualTo(0.99523, within(1e-4));
    assertThat(names(groups.get(1))).containsExactly("b0", "b0");
    assertThat(groups.get(1).others().get(0).cosine()).isEqualTo(1, within(1e-6));
    assertThat(Duplicates.find(all, 1, OPTIONS)).hasSize(1);
    assertThat(Duplicates.find(all, 0.9999, OPTIONS)).hasSize(1);
    for (double bad : new double[] {0, 1.01, Double.NaN, -1}) {
      assertThatThrownBy(() -> Duplicates.find(all, bad, OPTIONS))
          .isInstanceOf(VitrineException.class);
    }
  }

  @Test
  void groupsOfManyAgreeWithComparingAll() {
    SplittableRandom random = new SplittableRandom(4);
    int n = 200;
    float[] all = new float[n * WIDTH];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) random.nextGaussian();
    }
    Vectors.normalise(all, WIDTH);
    List<Item> items =
        IntStream.range(0, n)
            .mapToObj(i -> new Item(PictureSource.of("p" + i, Image.filled(1, 1, i)), 1, 1))
            .toList();
    List<Group> groups =
        Duplicates.find(new Collected(items, Tensor.f32(Shape.of(n, WIDTH), all)), 0.7, OPTIONS);
    UnionFind expected = new UnionFind(n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double dot = 0;
        for (int k = 0; k < WIDTH; k++) {
          dot += all[i * WIDTH + k] * all[j * WIDTH + k];
        }
        if (dot >= 0.7) {
          expected.join(i, j);
        }
      }
    }
    long sets = IntStream.range(0, n).map(expected::find).distinct().count();
    int others = groups.stream().mapToInt(g -> g.others().size()).sum();
    assertThat(groups).isNotEmpty();
    assertThat(n - others).isEqualTo((int) sets);
  }

  @Test
  void clustersAreFound() {
    String[] names = new String[60];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < names.length; i++) {
      names[i] = "" + (char) ('a' + i % 4) + random.nextInt(0, 5);
    }
    Collected all = collected(names);
    for (long seed = 0; seed < 2; seed++) {
      SphericalKMeans.Clusters c = new SphericalKMeans(4, 50, seed).run(all.vectors(), OPTIONS);
      for (int i = 4; i < 60; i++) {
        assertThat(c.cluster()[i]).as("seed %d, vector %d", seed, i).isEqualTo(c.cluster()[i % 4]);
      }
      assertThat(IntStream.of(c.cluster()).distinct().count()).isEqualTo(4);
      SphericalKMeans.Clusters again =
          new SphericalKMeans(4, 50, seed).run(all.vectors(), Options.defaults().threads(2));
      assertThat(again.cluster()).isEqualTo(c.cluster());
      assertThat(again.centres().toFloats()).isEqualTo(c.centres().toFloats());
    }
    assertThat(new SphericalKMeans(60, 3, 0).run(all.vectors(), OPTIONS).cluster()).hasSize(60);
    assertThatThrownBy(() -> new SphericalKMeans(61, 3, 0).run(all.vectors(), OPTIONS))
        .hasMessageContaining("from 1 to the pictures' 60");
  }

  @Test
  void trustedPicturesTakeTurns() {
    Collected seeds = collected("a0", "b0");
    Collected pool = collected("a4", "a3", "a5", "b9", "c5", "a3", "b8", "a0");
    Curation.Result r = new Curation(4, Turns.SEED, 0, 0.999, 0).run(seeds, pool, OPTIONS);
    // a0 is known, one a3 is a duplicate; b's turn comes as often as a's.
    assertThat(names(r.chosen())).containsExactly("a3", "b8", "a4", "b9");
    assertThat(r.known()).isEqualTo(1);
    assertThat(r.duplicates()).isEqualTo(1);
    assertThat(r.chosen().get(1).nearest().source().name()).isEqualTo("b0");
    assertThat(r.chosen().get(1).cosine()).isEqualTo(1 / Math.sqrt(1 + 0.64), within(1e-5));
    Curation.Result all = new Curation(99, Turns.SEED, 0, 0.999, 0).run(seeds, pool, OPTIONS);
    assertThat(names(all.chosen())).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  void clustersWithTrustedPicturesTakeTurns() {
    Collected seeds = collected("a0", "a0x", "b0");
    Collected pool = collected("a4", "a3", "a5", "b7", "c5", "c4", "b6", "c3", "a2");
    Curation.Result r = new Curation(5, Turns.CLUSTER, 3, 0.9999, 0).run(seeds, pool, OPTIONS);
    assertThat(r.groups()).isEqualTo(2);
    assertThat(names(r.chosen())).hasSize(5).contains("b6", "b7", "a2", "a3", "a4");
    assertThat(names(r.chosen()).subList(0, 2)).containsExactlyInAnyOrder("a2", "b6");
    assertThat(new Curation(99, Turns.CLUSTER, 3, 0.9999, 0).run(seeds, pool, OPTIONS).chosen())
        .hasSize(6);
  }

  @Test
  void poolsWithNothingNew() {
    Collected seeds = collected("a0");
    Curation.Result r =
        new Curation(3, Turns.CLUSTER, 0, 0.99, 0).run(seeds, collected("a0", "a0"), OPTIONS);
    assertThat(r.chosen()).isEmpty();
    assertThat(r.duplicates()).isEqualTo(1);
    assertThat(r.known()).isEqualTo(1);
    assertThatThrownBy(() -> new Curation(0, Turns.SEED, 0, 0.9, 0))
        .hasMessageContaining("at least 1");
  }

  @Test
  void reports() throws IOException {
    List<Group> groups = Duplicates.find(collected("a0", "a1<&\">", "b0", "b0"), 0.98, OPTIONS);
    Path page = folder.resolve("report.html");
    DuplicateReport.write(groups, page, 1 << 20);
    String text = Files.readString(page);
    assertThat(text).contains("2 groups, 2 pictures besides", "a1&lt;&amp;&quot;&gt;");
    assertThat(text.split("data:image/jpeg;base64,", -1)).hasSize(5);
    Path sheet = folder.resolve("report.png");
    DuplicateReport.write(groups, sheet, 1 << 20);
    assertThat(ImageReader.read(sheet).height()).isGreaterThan(360);
    assertThatThrownBy(() -> DuplicateReport.check(folder.resolve("x.txt")))
        .hasMessageContaining(".html");
  }

  @Test
  void filesAreMovedAllOrNone() throws IOException {
    Path root = folder.resolve("all");
    Files.createDirectories(root.resolve("deep"));
    List<Item> items = new ArrayList<>();
    for (String name : new String[] {"deep/a.png", "b.png"}) {
      Path file = TestData.write(root, name, 1);
      items.add(new Item(PictureSource.of(file), 1, 1));
    }
    Path target = folder.resolve("moved");
    Files.createDirectories(target);
    Files.writeString(target.resolve("b.png"), "taken");
    assertThatThrownBy(() -> Removal.move(items, List.of(root), target))
        .hasMessageContaining("b.png: is there already");
    assertThat(root.resolve("deep/a.png")).exists();
    Files.delete(target.resolve("b.png"));
    assertThat(Removal.move(items, List.of(root), target))
        .containsExactly(target.resolve("deep/a.png"), target.resolve("b.png"))
        .allSatisfy(f -> assertThat(f).exists());
    assertThat(root.resolve("b.png")).doesNotExist();
    List<Item> packed = collected("a0").items();
    assertThatThrownBy(() -> Removal.move(packed, List.of(root), target))
        .hasMessageContaining("in an archive");
  }
}
