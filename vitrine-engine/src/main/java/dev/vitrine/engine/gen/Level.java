package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Isa;
import java.util.Locale;
import java.util.Set;

/** What generated code may use of a machine: the tiers of machine code, the best first. */
public enum Level {
  AVX512_AMX(Width.AVX512, Dot.AMX),
  AVX512_VNNI(Width.AVX512, Dot.VNNI),
  AVX512(Width.AVX512, null),
  AVX_VNNI(Width.AVX2, Dot.VNNI),
  AVX2(Width.AVX2, null);

  private final Width width;
  private final Dot dot;

  /**
   * @param dot how bytes are multiplied where the grade doesn't matter; null where it does
   */
  Level(Width width, Dot dot) {
    this.width = width;
    this.dot = dot;
  }

  /** Nothing but those vectors. */
  public static Level of(Width width) {
    return width == Width.AVX512 ? AVX512 : AVX2;
  }

  public Width width() {
    return width;
  }

  /** Whether there are matrix registers, for products of bytes and of bfloat16. */
  public boolean amx() {
    return dot == Dot.AMX;
  }

  /** Whether bytes are multiplied and summed by one instruction. */
  public boolean vnni() {
    return dot != null;
  }

  /** The instruction sets that a machine must have. */
  public Set<Isa> sets() {
    if (dot == null) {
      return width.sets();
    }
    Set<Isa> sets = Width.join(width.sets(), dot.sets(width));
    return amx() ? Width.join(Width.join(sets, Dot.VNNI.sets(width)), Set.of(Isa.AMX_BF16)) : sets;
  }

  /** The name as in {@code --tier}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
