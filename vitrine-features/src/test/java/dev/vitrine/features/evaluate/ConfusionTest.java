package dev.vitrine.features.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionTest {
  private static Confusion example() {
    Confusion c = new Confusion(List.of("a", "b", "nowhere"));
    for (int i = 0; i < 6; i++) {
      c.add(0, 0);
    }
    c.add(0, 1);
    c.add(0, 1);
    c.add(1, 1);
    c.add(1, 0);
    return c;
  }

  @Test
  void sharesByHand() {
    Confusion c = example();
    assertThat(c.total()).isEqualTo(10);
    assertThat(c.accuracy()).isEqualTo(0.7);
    assertThat(c.recall(0)).isEqualTo(0.75);
    assertThat(c.precision(1)).isEqualTo(1 / 3.0);
    assertThat(c.iou(0)).isEqualTo(6 / 9.0);
    assertThat(c.iou(1)).isEqualTo(1 / 4.0);
    assertThat(c.iou(2)).isNaN();
    assertThat(c.meanIou()).isEqualTo((6 / 9.0 + 1 / 4.0) / 2, within(1e-15));
    assertThat(c.meanRecall()).isEqualTo(0.625);
    Confusion twice = example();
    twice.add(c);
    assertThat(twice.count(0, 1)).isEqualTo(4);
    assertThatThrownBy(() -> twice.add(new Confusion(List.of("a"))))
        .isInstanceOf(VitrineException.class);
  }

  @Test
  void amongTheBestFive() {
    TopHits hits = new TopHits(List.of("a", "b", "c", "d", "e", "f", "g"));
    hits.add(0, new double[] {9, 1, 2, 3, 4, 5, 6});
    hits.add(1, new double[] {9, 1, 2, 3, 4, 5, 6}); // the last of seven
    hits.add(2, new double[] {9, 1, 2, 3, 4, 5, 6}); // the sixth
    hits.add(3, new double[] {9, 1, 2, 3, 4, 5, 6}); // the fifth
    hits.add(4, new double[] {0, 0, 0, 0, 0, 0, 0}); // of equal ones the fifth
    hits.add(5, new double[] {0, 0, 0, 0, 0, 0, 0});
    assertThat(hits.top1()).isEqualTo(1 / 6.0);
    assertThat(hits.top5()).isEqualTo(3 / 6.0);
    assertThatThrownBy(() -> hits.add(0, new double[] {Double.NaN, 1}))
        .hasMessageContaining("answer 0 is NaN");
  }

  @Test
  void answersThatAreNoClass() {
    TopHits hits = new TopHits(List.of("x", "y"), new int[] {3, 1}, 5);
    hits.add(0, new double[] {0, 0, 0, 1, 0});
    hits.add(1, new double[] {0, 0, 0, 0, 1});
    assertThat(hits.confusion().classes()).containsExactly("x", "y", TopHits.OTHER);
    assertThat(hits.confusion().count(0, 0)).isEqualTo(1);
    assertThat(hits.confusion().count(1, 2)).isEqualTo(1);
    assertThat(hits.top5()).isEqualTo(1);
  }

  @Test
  void labelsByName() {
    List<String> labels = List.of("tench, Tinca tinca", "Great_White shark", "7");
    assertThat(ClassNames.match(List.of("great white Shark", "tinca-tinca"), labels))
        .containsExactly(1, 0);
    assertThat(ClassNames.match(List.of("2", "0"), labels)).containsExactly(2, 0);
    assertThat(ClassNames.match(List.of("7"), labels)).containsExactly(2);
    assertThatThrownBy(() -> ClassNames.match(List.of("cat"), labels))
        .hasMessageContaining("'cat' is none of the model's 3 labels");
    assertThatThrownBy(() -> ClassNames.match(List.of("3"), labels)).hasMessageContaining("'3'");
    assertThatThrownBy(() -> ClassNames.match(List.of("tench", "tinca tinca"), labels))
        .hasMessageContaining("two classes");
  }

  @Test
  void picturesOfAnySize() {
    for (int k : new int[] {2, 60, 300, 2000}) {
      List<String> names = IntStream.range(0, k).mapToObj(i -> "class number " + i).toList();
      Confusion c = new Confusion(names);
      c.add(0, 0);
      c.add(1, 0);
      Image image = ConfusionPainter.paint(c, "title");
      assertThat(image.height()).as("%d classes", k).isBetween(100, 2200);
    }
    List<String> many = IntStream.range(0, 4001).mapToObj(i -> "" + i).toList();
    assertThatThrownBy(() -> ConfusionPainter.paint(new Confusion(many), "x"))
        .hasMessageContaining("can't be drawn");
  }
}
