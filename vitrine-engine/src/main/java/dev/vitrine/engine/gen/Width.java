package dev.vitrine.engine.gen;

import dev.vitrine.engine.asm.Isa;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The vectors that kernels are generated for. */
public enum Width {
  /** 16 registers of 32 bytes; part of a vector is stored under a mask in a vector register. */
  AVX2(32, 16, Set.of(Isa.AVX, Isa.AVX2, Isa.FMA, Isa.F16C)),
  /** 32 registers of 64 bytes, and mask registers. */
  AVX512(
      64,
      32,
      Set.of(Isa.AVX, Isa.AVX2, Isa.FMA, Isa.F16C, Isa.AVX512F, Isa.AVX512BW, Isa.AVX512DQ));

  private final int bytes;
  private final int registers;
  private final Set<Isa> sets;

  Width(int bytes, int registers, Set<Isa> sets) {
    this.bytes = bytes;
    this.registers = registers;
    this.sets = sets;
  }

  public int bytes() {
    return bytes;
  }

  /** The floats in a vector. */
  public int lanes() {
    return bytes / Float.BYTES;
  }

  int registers() {
    return registers;
  }

  /** The instruction sets that a machine must have. */
  public Set<Isa> sets() {
    return sets;
  }

  static Set<Isa> join(Set<Isa> a, Set<Isa> b) {
    Set<Isa> all = EnumSet.copyOf(a);
    all.addAll(b);
    return all;
  }

  /** The name in kernels' names. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
