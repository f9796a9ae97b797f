package dev.vitrine.engine.generated;

import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.List;

/** Elements of other types as words of 4 bytes, for what only moves them. */
final class Words {
  static final long BYTES = Float.BYTES;

  private Words() {}

  /** The view in words; null when its elements don't consist of whole ones. */
  static View of(View v) {
    int words = v.dtype().bytes() / Float.BYTES;
    if (v.dtype().bytes() % Float.BYTES != 0) {
      return null;
    }
    List<Long> sizes = new ArrayList<>(v.sizes());
    List<Long> strides = new ArrayList<>(v.strides().stream().map(s -> s * words).toList());
    if (words > 1) {
      sizes.add((long) words);
      strides.add(1L);
    }
    return new View(v.buffer(), DType.F32, v.offset() * words, sizes, strides);
  }
}
