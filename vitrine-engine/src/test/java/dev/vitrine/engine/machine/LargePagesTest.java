package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargePagesTest {
  @Test
  void blocksAreZeroedAlignedAndApart() {
    try (Arena owner = Arena.ofConfined()) {
      LargePages pages = new LargePages(owner);
      List<MemorySegment> blocks = new ArrayList<>();
      for (long bytes : new long[] {1, 100, 5_000_000, 0, 17_000_000, 64, 3_000_000, 12_000_000}) {
        MemorySegment block = pages.allocate(bytes, 64);
        assertThat(block.byteSize()).isEqualTo(bytes);
        assertThat(block.address() % 64).isZero();
        for (long at = 0; at + 8 <= bytes; at += 4096) {
          assertThat(block.get(JAVA_LONG, at)).isZero();
        }
        block.fill((byte) (blocks.size() + 1));
        blocks.add(block);
      }
      for (int i = 0; i < blocks.size(); i++) {
        MemorySegment block = blocks.get(i);
        for (long at : block.byteSize() == 0 ? new long[0] : new long[] {0, block.byteSize() - 1}) {
          assertThat(block.get(JAVA_BYTE, at)).isEqualTo((byte) (i + 1));
        }
      }
    }
  }

  @Test
  void theOwnerEndsThem() {
    MemorySegment block;
    try (Arena owner = Arena.ofConfined()) {
      block = new LargePages(owner).allocate(10, 8);
    }
    assertThatThrownBy(() -> block.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNotThereIsAnError() {
    try (Arena owner = Arena.ofConfined()) {
      LargePages pages = new LargePages(owner);
      assertThatThrownBy(() -> pages.allocate(1L << 60, 64)).isInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(() -> pages.allocate(-1, 64)).isInstanceOf(IllegalArgumentException.class);
      assertThat(pages.allocate(8, 8).byteSize()).isEqualTo(8);
    }
  }
}
