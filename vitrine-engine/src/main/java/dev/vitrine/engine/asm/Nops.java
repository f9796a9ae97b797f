package dev.vitrine.engine.asm;

import java.util.HexFormat;

/** The no-operations that the processors' manuals recommend for padding, of one to nine bytes. */
final class Nops {
  private static final byte[][] BY_LENGTH = {
    {},
    bytes("90"),
    bytes("6690"),
    bytes("0f1f00"),
    bytes("0f1f4000"),
    bytes("0f1f440000"),
    bytes("660f1f440000"),
    bytes("0f1f8000000000"),
    bytes("0f1f840000000000"),
    bytes("660f1f840000000000")
  };

  private Nops() {}

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static void fill(byte[] code, int from, int to) {
    while (from < to) {
      byte[] nop = BY_LENGTH[Math.min(to - from, BY_LENGTH.length - 1)];
      System.arraycopy(nop, 0, code, from, nop.length);
      from += nop.length;
    }
  }
}
