package dev.vitrine.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ViewTest {
  /** Where each element is, in row-major order. */
  private static List<Long> places(View v) {
    List<Long> all = new ArrayList<>();
    for (long n = 0; n < v.count(); n++) {
      long at = v.offset();
      long rest = n;
      for (int i = v.rank() - 1; i >= 0; i--) {
        at += rest % v.size(i) * v.stride(i);
        rest /= v.size(i);
      }
      all.add(at);
    }
    return all;
  }

  private static View dense(Long... sizes) {
    return View.dense(0, DType.F32, List.of(sizes));
  }

  private static View random(Random random) {
    List<Long> sizes = new ArrayList<>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      sizes.add((long) random.nextInt(1, 5));
    }
    View v = View.dense(0, DType.F32, sizes);
    if (random.nextBoolean()) {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < v.rank(); i++) {
        order.add(i);
      }
      Collections.shuffle(order, random);
      v = v.transpose(order);
    }
    for (int i = 0; i < v.rank(); i++) {
      if (random.nextInt(4) == 0) {
        long start = random.nextLong(v.size(i));
        v = v.slice(i, start, random.nextBoolean() ? 1 : -1, 1);
      }
    }
    return v;
  }

  private static List<Long> factors(long count, Random random) {
    List<Long> sizes = new ArrayList<>();
    long left = count;
    while (left > 1) {
      long f = random.nextLong(1, left + 1);
      if (left % f == 0) {
        sizes.add(f);
        left /= f;
      }
    }
    return sizes;
  }

  @Test
  void reshapedViewsSeeTheSameElementsInTheSameOrder() {
    int views = 0;
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      View v = random(random);
      List<Long> sizes = factors(v.count(), random);
      View r = v.reshape(sizes);
      if (r != null) {
        views++;
        assertThat(places(r)).as("seed %d: %s as %s", seed, v, sizes).isEqualTo(places(v));
      } else {
        assertThat(v.isDense()).as("seed %d: %s as %s", seed, v, sizes).isFalse();
      }
    }
    assertThat(views).isGreaterThan(1000);
  }

  @Test
  void reshapeFindsStridesWhereThereAreSome() {
    View x = dense(2L, 3L, 4L, 5L);
    assertThat(x.transpose(List.of(0, 2, 3, 1)).reshape(List.of(2L, 20L, 3L)).strides())
        .containsExactly(60L, 1L, 20L);
    assertThat(x.transpose(List.of(0, 2, 3, 1)).reshape(List.of(2L, 60L))).isNull();
    assertThat(x.slice(3, 1, 1, 3).merge(0, 3).strides()).containsExactly(5L, 1L);
    assertThat(x.slice(2, 0, 1, 2).merge(0, 3)).isNull();
    assertThat(dense(4L, 1L, 6L).broadcast(List.of(4L, 5L, 6L)).merge(0, 2)).isNull();
    assertThat(dense(1L, 6L).broadcast(List.of(4L, 6L)).reshape(List.of(2L, 2L, 6L)).strides())
        .containsExactly(0L, 0L, 1L);
    assertThat(dense(0L, 3L).reshape(List.of(3L, 0L)).sizes()).containsExactly(3L, 0L);
  }

  @Test
  void otherViewsOfOneMemory() {
    View x = dense(2L, 6L);
    assertThat(places(x.slice(1, 5, -2, 3).select(0, 1))).containsExactly(11L, 9L, 7L);
    assertThat(places(x.split(1, 2, 3).move(1, 0).select(0, 1)))
        .containsExactly(3L, 4L, 5L, 9L, 10L, 11L);
    assertThat(places(x.select(0, 0).insert(1).broadcast(List.of(6L, 2L)).slice(0, 4, 1, 2)))
        .containsExactly(4L, 4L, 5L, 5L);
    assertThat(x.insert(1).isDense()).isTrue();
    assertThat(x.slice(1, 0, 1, 5).isDense()).isFalse();
  }
}
