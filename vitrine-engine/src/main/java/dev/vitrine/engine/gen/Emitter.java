package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.DEC;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JGE;
import static dev.vitrine.engine.asm.General.JL;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Assembler;
import dev.vitrine.engine.asm.Frame;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Isa;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mem;
import java.util.Set;
import java.util.function.IntConsumer;

/** What all emitters of kernels have: an assembler, vectors, a frame, and loops. */
abstract class Emitter {
  final Assembler a;
  final Simd simd;
  final VectorMath math;
  final Frame frame;

  Emitter(Width width, Abi abi) {
    this(width, width.sets(), abi);
  }

  Emitter(Width width, Set<Isa> sets, Abi abi) {
    a = new Assembler(sets);
    simd = new Simd(a, width);
    math = new VectorMath(a, simd);
    frame = new Frame(a, abi);
  }

  /** An argument of the block that the kernel is called with. */
  final Mem arg(Enum<?> argument) {
    return arg(argument.ordinal());
  }

  /** As {@link #arg(Enum)}, by number. */
  final Mem arg(int slot) {
    return at(frame.argument(), slot * Long.BYTES);
  }

  /** The body as often as the register says, which counts down to 0; not at all for 0. */
  final void times(Gpr count, String name, Runnable body) {
    Label end = a.label(name + "_end");
    a.emit(TEST, count, count);
    a.emit(JE, end);
    Label again = a.here(name);
    body.run();
    a.emit(DEC, count);
    a.emit(JNE, again);
    a.bind(end);
  }

  /**
   * As {@link #times}, many at once where as many are left. The bodies get how many they stand for.
   */
  final void times(Gpr count, String name, int many, IntConsumer body) {
    Label rest = a.label(name + "_rest");
    a.emit(SUB, count, imm(many));
    a.emit(JL, rest);
    a.align(32);
    Label again = a.here(name);
    body.accept(many);
    a.emit(SUB, count, imm(many));
    a.emit(JGE, again);
    a.bind(rest);
    a.emit(ADD, count, imm(many));
    times(count, name + "_single", () -> body.accept(1));
  }

  /** The body while at least so many are left, which are taken off. */
  final void whileAtLeast(Gpr left, int many, String name, Runnable body) {
    Label end = a.label(name + "_end");
    Label again = a.here(name);
    a.emit(CMP, left, imm(many));
    a.emit(JL, end);
    body.run();
    a.emit(SUB, left, imm(many));
    a.emit(JMP, again);
    a.bind(end);
  }

  /** The body once if at least so many are left, which are taken off. */
  final void ifAtLeast(Gpr left, int many, String name, Runnable body) {
    Label end = a.label(name + "_end");
    a.emit(CMP, left, imm(many));
    a.emit(JL, end);
    body.run();
    a.emit(SUB, left, imm(many));
    a.bind(end);
  }
}
