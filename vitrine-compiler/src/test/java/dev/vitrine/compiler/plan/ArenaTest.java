package dev.vitrine.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
  @Test
  void blocksThatMeetDontOverlap() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Arena.Block> blocks = new ArrayList<>();
      for (int i = random.nextInt(1, 40); i > 0; i--) {
        int first = random.nextInt(20);
        blocks.add(new Arena.Block(random.nextInt(0, 1000), first, first + random.nextInt(6)));
      }
      long[] offsets = Arena.place(blocks);
      for (int i = 0; i < offsets.length; i++) {
        assertThat(offsets[i] % Program.ALIGNMENT).as("seed %d", seed).isZero();
        for (int j = 0; j < i; j++) {
          Arena.Block a = blocks.get(i);
          Arena.Block b = blocks.get(j);
          boolean apart =
              offsets[i] + a.bytes() <= offsets[j] || offsets[j] + b.bytes() <= offsets[i];
          assertThat(apart || !a.meets(b))
              .as("seed %d: %s at %d, %s at %d", seed, a, offsets[i], b, offsets[j])
              .isTrue();
        }
      }
    }
  }

  @Test
  void memoryIsUsedAgain() {
    List<Arena.Block> chain = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      chain.add(new Arena.Block(640, i, i + 1));
    }
    for (long offset : Arena.place(chain)) {
      assertThat(offset).isIn(0L, 640L);
    }
    assertThat(
            Arena.place(
                List.of(
                    new Arena.Block(100, 0, 9),
                    new Arena.Block(50, 0, 1),
                    new Arena.Block(60, 2, 3))))
        .containsExactly(0, 128, 128);
  }
}
