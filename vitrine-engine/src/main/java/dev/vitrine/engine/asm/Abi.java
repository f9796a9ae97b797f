package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Gpr.R12;
import static dev.vitrine.engine.asm.Gpr.R13;
import static dev.vitrine.engine.asm.Gpr.R14;
import static dev.vitrine.engine.asm.Gpr.R15;
import static dev.vitrine.engine.asm.Gpr.RBP;
import static dev.vitrine.engine.asm.Gpr.RBX;
import static dev.vitrine.engine.asm.Gpr.RCX;
import static dev.vitrine.engine.asm.Gpr.RDI;
import static dev.vitrine.engine.asm.Gpr.RSI;

import java.util.Locale;
import java.util.Set;

/** How functions of one pointer are called. */
public enum Abi {
  /** System V: Linux and macOS. */
  SYSV(RDI, Set.of(RBX, RBP, R12, R13, R14, R15), 16),
  /** Windows, which also keeps the lower halves of ymm6 to ymm15. */
  WINDOWS(RCX, Set.of(RBX, RBP, RSI, RDI, R12, R13, R14, R15), 6);

  private final Gpr argument;
  private final Set<Gpr> kept;
  private final int firstKeptVector;

  Abi(Gpr argument, Set<Gpr> kept, int firstKeptVector) {
    this.argument = argument;
    this.kept = kept;
    this.firstKeptVector = firstKeptVector;
  }

  /** What this process uses. */
  public static Abi host() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
        ? WINDOWS
        : SYSV;
  }

  /** Where the caller puts the pointer. */
  public Gpr argument() {
    return argument;
  }

  /** Whether a function must leave the register as it was. */
  boolean keeps(Gpr register) {
    return kept.contains(register);
  }

  /** The vector registers from here up to 15 must be left as they were. */
  int firstKeptVector() {
    return firstKeptVector;
  }
}
