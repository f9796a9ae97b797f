package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Gpr.RDI;
import static dev.vitrine.engine.asm.Gpr.RSP;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Vec.xmm;

import java.util.ArrayList;
import java.util.List;

/**
 * A function of one pointer: hands out general registers, then saves those that the calling
 * convention wants kept. The pointer is in {@link #argument} whatever the convention.
 */
public final class Frame {
  /** Registers that no convention keeps come first. */
  private static final List<Gpr> ORDER =
      List.of(
          Gpr.RAX, Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11, Gpr.RSI, Gpr.RBX, Gpr.RBP,
          Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

  private final Assembler a;
  private final Abi abi;
  private final List<Gpr> used = new ArrayList<>();
  private boolean entered;

  public Frame(Assembler a, Abi abi) {
    this.a = a;
    this.abi = abi;
    used.add(argument());
  }

  public Gpr argument() {
    return RDI;
  }

  /** One more register, before {@link #enter}. */
  public Gpr gpr() {
    if (entered || used.size() > ORDER.size()) {
      throw new AsmException(
          entered
              ? "registers are handed out before the function is entered"
              : "no general register is left");
    }
    Gpr next = ORDER.get(used.size() - 1);
    used.add(next);
    return next;
  }

  /** Saves what must be kept. */
  public void enter() {
    entered = true;
    for (Gpr g : used) {
      if (abi.keeps(g)) {
        a.emit(General.PUSH, g);
      }
    }
    int vectors = savedVectors();
    if (vectors > 0) {
      a.emit(General.SUB, RSP, imm(16 * vectors));
      for (int i = 0; i < vectors; i++) {
        a.emit(Moves.VMOVUPS, at(RSP, 16 * i), xmm(abi.firstKeptVector() + i));
      }
    }
    if (abi.argument() != argument()) {
      a.emit(General.MOV, argument(), abi.argument());
    }
  }

  /** Restores, clears the vectors' upper parts and returns. */
  public void leave() {
    a.emit(Moves.VZEROUPPER);
    int vectors = savedVectors();
    if (vectors > 0) {
      for (int i = 0; i < vectors; i++) {
        a.emit(Moves.VMOVUPS, xmm(abi.firstKeptVector() + i), at(RSP, 16 * i));
      }
      a.emit(General.ADD, RSP, imm(16 * vectors));
    }
    for (Gpr g : used.reversed()) {
      if (abi.keeps(g)) {
        a.emit(General.POP, g);
      }
    }
    a.emit(General.RET);
  }

  private int savedVectors() {
    return 16 - abi.firstKeptVector();
  }
}
