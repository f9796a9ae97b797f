package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CALL;
import static dev.vitrine.engine.asm.General.CMOVE;
import static dev.vitrine.engine.asm.General.CMOVG;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JGE;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.POP;
import static dev.vitrine.engine.asm.General.PUSH;
import static dev.vitrine.engine.asm.General.SUB;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVSS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Attention.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Scores.State;

/**
 * Emits {@link Attention}. What lasts is in the block of arguments: whatever is called may change
 * the registers.
 */
final class AttentionEmitter extends Emitter {
  private final Attention g;
  private final Abi abi;

  /** Bytes of a panel's row. */
  private final int row;

  private final Label scores;
  private final Label mix;
  private final Label mixFurther;
  private final Label transpose;
  private final Gpr x;
  private final Gpr from;
  private final Gpr to;
  private final Gpr count;
  private final Gpr rows;
  private final Gpr stride;

  AttentionEmitter(Attention g, Abi abi) {
    super(g.width(), abi);
    this.g = g;
    this.abi = abi;
    row = g.tile().columns() * Float.BYTES;
    scores = a.label("scores");
    mix = a.label("mix");
    mixFurther = a.label("mix_further");
    transpose = a.label("transpose");
    x = frame.gpr();
    from = frame.gpr();
    to = frame.gpr();
    count = frame.gpr();
    rows = frame.gpr();
    stride = frame.gpr();
  }

  Code emit() {
    frame.enter();
    eachPanel("start", this::start);
    copy(Arg.KEYS_LEFT, Arg.KEYS);
    set(Arg.FIRST, imm(1));
    if (g.bias()) {
      set(Arg.BIAS_FROM, imm(0));
    }
    Label stretch = a.here("stretch");
    a.emit(MOV, x, arg(Arg.KEYS_LEFT));
    a.emit(MOV, count, arg(Arg.STRETCH));
    a.emit(CMP, x, count);
    a.emit(CMOVG, x, count);
    a.emit(MOV, arg(Arg.COUNT), x);
    gather();
    a.emit(MOV, count, arg(Arg.COUNT));
    ahead(Arg.K_AHEAD, Arg.K, Arg.K_STRIDE, Arg.NEXT_K);
    ahead(Arg.V_AHEAD, Arg.V, Arg.V_STRIDE, Arg.NEXT_V);
    aheadIs(Arg.K_AHEAD, Arg.K_STRIDE);
    eachPanel("meet", this::meet);
    copy(Arg.K, Arg.K_AHEAD);
    copy(Arg.V, Arg.V_AHEAD);
    a.emit(MOV, count, arg(Arg.COUNT));
    if (g.bias()) {
      a.emit(IMUL, x, count, imm(row));
      a.emit(ADD, arg(Arg.BIAS_FROM), x);
    }
    set(Arg.FIRST, imm(0));
    a.emit(SUB, arg(Arg.KEYS_LEFT), count);
    a.emit(JNE, stretch);
    eachPanel("finish", this::finish);
    frame.leave();
    a.include(scores, g.scores().generate(abi));
    a.include(mix, new Mix(g.mix(Start.ZERO), abi).emit());
    a.include(mixFurther, new Mix(g.mix(Start.SCALED), abi).emit());
    a.include(transpose, new Transpose(g.width()).generate(abi));
    return a.finish(g.name());
  }

  /** A product whose operands are near: powers and gathered values. */
  private static final class Mix extends GemmEmitter {
    Mix(Gemm g, Abi abi) {
      super(g, abi);
    }

    @Override
    boolean fetches() {
      return false;
    }
  }

  /** Sets where the next stretch's rows are; behind the last one, what the caller named. */
  private void ahead(Arg what, Arg here, Arg strideArg, Arg after) {
    a.emit(MOV, x, arg(strideArg));
    a.emit(IMUL, x, count);
    a.emit(ADD, x, arg(here));
    a.emit(CMP, count, arg(Arg.KEYS_LEFT));
    a.emit(CMOVE, x, arg(after));
    a.emit(MOV, arg(what), x);
  }

  /** The body for each panel of queries. */
  private void eachPanel(String name, Runnable body) {
    copy(Arg.QUERIES_LEFT, Arg.QUERIES);
    copy(Arg.Q_HERE, Arg.Q);
    copy(Arg.QUERY_PANEL, Arg.QUERY_PANELS);
    copy(Arg.RESULT, Arg.RESULTS);
    copy(Arg.STATE, Arg.STATES);
    copy(Arg.OUT_HERE, Arg.OUT);
    if (g.bias()) {
      copy(Arg.BIAS_HERE, Arg.BIAS);
    }
    Label end = a.label(name + "_end");
    Label next = a.here(name);
    a.emit(MOV, x, arg(Arg.QUERIES_LEFT));
    a.emit(TEST, x, x);
    a.emit(JE, end);
    a.emit(MOV, count, imm(g.tile().columns()));
    a.emit(CMP, x, count);
    a.emit(CMOVG, x, count);
    a.emit(MOV, arg(Arg.QUERIES_HERE), x);
    body.run();
    a.emit(MOV, x, arg(Arg.QUERIES_HERE));
    a.emit(SUB, arg(Arg.QUERIES_LEFT), x);
    next(Arg.Q_HERE, Arg.Q_STRIDE, g.tile().columns());
    next(Arg.QUERY_PANEL, Arg.DEPTH, row);
    next(Arg.RESULT, Arg.WIDTH, row);
    a.emit(MOV, x, imm(Attention.STATE_ROWS * row));
    a.emit(ADD, arg(Arg.STATE), x);
    next(Arg.OUT_HERE, Arg.OUT_STRIDE, g.tile().columns());
    if (g.bias()) {
      next(Arg.BIAS_HERE, Arg.BIAS_PANEL, 1);
    }
    a.emit(JMP, next);
    a.bind(end);
  }

  private void next(Arg pointer, Arg by, int times) {
    a.emit(IMUL, x, arg(by), imm(times));
    a.emit(ADD, arg(pointer), x);
  }

  private void copy(Arg what, Arg source) {
    a.emit(MOV, x, arg(source));
    a.emit(MOV, arg(what), x);
  }

  private void set(Arg what, Operand value) {
    a.emit(MOV, x, value);
    a.emit(MOV, arg(what), x);
  }

  /** An argument of what is called. */
  private Mem inner(Enum<?> argument) {
    return arg(Arg.values().length + argument.ordinal());
  }

  private void pass(Enum<?> argument, Operand value) {
    a.emit(MOV, x, value);
    a.emit(MOV, inner(argument), x);
  }

  private void call(Label function) {
    a.emit(PUSH, frame.argument());
    a.emit(LEA, abi.argument(), arg(Arg.values().length));
    a.emit(CALL, function);
    a.emit(POP, frame.argument());
  }

  /** Transposes the panel's queries, and says that it has met no key. */
  private void start() {
    int vectors = g.tile().columns() / g.width().lanes();
    Vec zero = simd.vec(0);
    simd.zero(zero);
    Label whole = a.label("whole");
    a.emit(MOV, x, arg(Arg.QUERIES_HERE));
    a.emit(CMP, x, imm(g.tile().columns()));
    a.emit(JGE, whole);
    a.emit(MOV, to, arg(Arg.QUERY_PANEL));
    a.emit(MOV, count, arg(Arg.DEPTH));
    times(
        count,
        "zero",
        () -> {
          for (int v = 0; v < vectors; v++) {
            simd.store(at(to, v * g.width().bytes()), zero);
          }
          a.emit(ADD, to, imm(row));
        });
    a.bind(whole);
    a.emit(MOV, to, arg(Arg.STATE));
    for (int at = 0; at < Attention.STATE_ROWS * row; at += g.width().bytes()) {
      simd.store(at(to, at), zero);
    }
    pass(Transpose.Arg.IN, arg(Arg.Q_HERE));
    pass(Transpose.Arg.IN_STRIDE, arg(Arg.Q_STRIDE));
    pass(Transpose.Arg.ROWS, arg(Arg.QUERIES_HERE));
    pass(Transpose.Arg.COLUMNS, arg(Arg.DEPTH));
    pass(Transpose.Arg.OUT, arg(Arg.QUERY_PANEL));
    pass(Transpose.Arg.OUT_STRIDE, imm(row));
    pass(Transpose.Arg.FACTOR, arg(Arg.SCALE));
    pass(Transpose.Arg.FACTOR_STEP, imm(0));
    call(transpose);
  }

  /** The panel meets the stretch of keys. */
  private void meet() {
    pass(Gemm.Arg.A, arg(Arg.K));
    pass(Gemm.Arg.A_STRIDE, arg(Arg.K_STRIDE));
    pass(Gemm.Arg.B, arg(Arg.QUERY_PANEL));
    pass(Gemm.Arg.C, arg(Arg.POWERS));
    pass(Gemm.Arg.C_STRIDE, imm(row));
    pass(Gemm.Arg.M, arg(Arg.COUNT));
    pass(Gemm.Arg.K, arg(Arg.DEPTH));
    pass(Gemm.Arg.PANELS, imm(1));
    pass(Gemm.Arg.COLUMN, arg(Arg.STATE));
    if (g.bias()) {
      a.emit(MOV, x, arg(Arg.BIAS_HERE));
      a.emit(ADD, x, arg(Arg.BIAS_FROM));
      a.emit(MOV, inner(Gemm.Arg.RESIDUAL), x);
      pass(Gemm.Arg.RESIDUAL_STRIDE, imm(row));
    }
    pass(Gemm.Arg.AHEAD, arg(Arg.AHEAD));
    pass(Gemm.Arg.AHEAD_STEP, arg(Arg.AHEAD_STRIDE));
    call(scores);
    turnAhead();
    pass(Gemm.Arg.A, arg(Arg.VALUES));
    a.emit(IMUL, x, arg(Arg.WIDTH), imm(Float.BYTES));
    a.emit(MOV, inner(Gemm.Arg.A_STRIDE), x);
    pass(Gemm.Arg.B, arg(Arg.POWERS));
    pass(Gemm.Arg.C, arg(Arg.RESULT));
    pass(Gemm.Arg.C_STRIDE, imm(row));
    pass(Gemm.Arg.M, arg(Arg.WIDTH));
    pass(Gemm.Arg.K, arg(Arg.COUNT));
    pass(Gemm.Arg.PANELS, imm(1));
    a.emit(MOV, x, arg(Arg.STATE));
    a.emit(ADD, x, imm(State.FACTOR.ordinal() * row));
    a.emit(MOV, inner(Gemm.Arg.COLUMN), x);
    pass(Gemm.Arg.AHEAD, arg(Arg.OUT_HERE));
    pass(Gemm.Arg.AHEAD_STEP, arg(Arg.OUT_STRIDE));
    Label further = a.label("further");
    Label mixed = a.label("mixed");
    a.emit(MOV, x, arg(Arg.FIRST));
    a.emit(TEST, x, x);
    a.emit(JE, further);
    call(mix);
    a.emit(JMP, mixed);
    a.bind(further);
    call(mixFurther);
    a.bind(mixed);
  }

  private void aheadIs(Arg pointer, Arg strideArg) {
    copy(Arg.AHEAD, pointer);
    copy(Arg.AHEAD_STRIDE, strideArg);
  }

  /** While one panel is in work keys are fetched, with the next values, and then queries. */
  private void turnAhead() {
    Label queries = a.label("queries");
    Label turned = a.label("turned");
    a.emit(MOV, x, arg(Arg.AHEAD));
    a.emit(CMP, x, arg(Arg.K_AHEAD));
    a.emit(JNE, queries);
    aheadIs(Arg.V_AHEAD, Arg.V_STRIDE);
    a.emit(JMP, turned);
    a.bind(queries);
    aheadIs(Arg.NEXT_Q, Arg.Q_STRIDE);
    a.bind(turned);
  }

  /**
   * Copies the stretch's values, so that rows lie side by side. As they are, rows may be so far
   * apart that few places in the cache are left for them.
   */
  private void gather() {
    Vec v = simd.vec(0);
    a.emit(MOV, to, arg(Arg.VALUES));
    a.emit(MOV, stride, arg(Arg.V));
    a.emit(MOV, rows, arg(Arg.COUNT));
    times(
        rows,
        "gather",
        () -> {
          a.emit(MOV, from, stride);
          a.emit(ADD, stride, arg(Arg.V_STRIDE));
          a.emit(MOV, count, arg(Arg.WIDTH));
          whileAtLeast(
              count,
              g.width().lanes(),
              "values",
              () -> {
                simd.load(v, at(from));
                simd.store(at(to), v);
                a.emit(ADD, from, imm(g.width().bytes()));
                a.emit(ADD, to, imm(g.width().bytes()));
              });
          times(
              count,
              "value",
              () -> {
                a.emit(VMOVSS, v.as(16), at(from));
                a.emit(VMOVSS, at(to), v.as(16));
                a.emit(ADD, from, imm(Float.BYTES));
                a.emit(ADD, to, imm(Float.BYTES));
              });
        });
  }

  /** Writes the panel's results, each divided by the sum of its powers. */
  private void finish() {
    pass(Transpose.Arg.IN, arg(Arg.RESULT));
    pass(Transpose.Arg.IN_STRIDE, imm(row));
    pass(Transpose.Arg.ROWS, arg(Arg.WIDTH));
    pass(Transpose.Arg.COLUMNS, arg(Arg.QUERIES_HERE));
    pass(Transpose.Arg.OUT, arg(Arg.OUT_HERE));
    pass(Transpose.Arg.OUT_STRIDE, arg(Arg.OUT_STRIDE));
    a.emit(MOV, x, arg(Arg.STATE));
    a.emit(ADD, x, imm(State.INVERSE.ordinal() * row));
    a.emit(MOV, inner(Transpose.Arg.FACTOR), x);
    pass(Transpose.Arg.FACTOR_STEP, imm(Float.BYTES));
    call(transpose);
  }
}
