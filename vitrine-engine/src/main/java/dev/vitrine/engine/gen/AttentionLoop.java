package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CALL;
import static dev.vitrine.engine.asm.General.CMOVE;
import static dev.vitrine.engine.asm.General.CMOVG;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JE;
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

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Attention.Arg;
import dev.vitrine.engine.gen.Scores.State;

/**
 * Emits what kinds of {@link Attention} share: stretches of keys pass by panels of queries. What
 * lasts is in the block of arguments: whatever is called may change the registers.
 */
abstract class AttentionLoop extends Emitter {
  final int columns;
  final boolean bias;

  /** Bytes of a panel's row. */
  final int row;

  final Gpr x;
  final Gpr from;
  final Gpr to;
  final Gpr count;
  final Gpr rows;
  final Gpr stride;
  final Label transpose;
  final Abi abi;
  private final Generator whole;

  /**
   * @param whole what the code is of
   * @param columns of a panel
   */
  AttentionLoop(Generator whole, int columns, boolean bias, Abi abi) {
    super(whole.width(), whole.sets(), abi);
    this.whole = whole;
    this.columns = columns;
    this.bias = bias;
    this.abi = abi;
    row = columns * Float.BYTES;
    transpose = a.label("transpose");
    x = frame.gpr();
    from = frame.gpr();
    to = frame.gpr();
    count = frame.gpr();
    rows = frame.gpr();
    stride = frame.gpr();
  }

  /** Makes a panel's queries ready, and says that it has met no key. */
  abstract void start();

  /** Makes a stretch's keys and values ready. */
  abstract void prepare();

  /** The panel meets the stretch. */
  abstract void meet();

  /** Emits the functions that are called, but for {@link #transpose}. */
  abstract void functions();

  final Code emit() {
    frame.enter();
    eachPanel("start", this::start);
    copy(Arg.KEYS_LEFT, Arg.KEYS);
    set(Arg.FIRST, imm(1));
    if (bias) {
      set(Arg.BIAS_FROM, imm(0));
    }
    Label stretch = a.here("stretch");
    a.emit(MOV, x, arg(Arg.KEYS_LEFT));
    a.emit(MOV, count, arg(Arg.STRETCH));
    a.emit(CMP, x, count);
    a.emit(CMOVG, x, count);
    a.emit(MOV, arg(Arg.COUNT), x);
    prepare();
    a.emit(MOV, count, arg(Arg.COUNT));
    ahead(Arg.K_AHEAD, Arg.K, Arg.K_STRIDE, Arg.NEXT_K);
    ahead(Arg.V_AHEAD, Arg.V, Arg.V_STRIDE, Arg.NEXT_V);
    aheadIs(Arg.K_AHEAD, Arg.K_STRIDE);
    eachPanel("meet", this::meet);
    copy(Arg.K, Arg.K_AHEAD);
    copy(Arg.V, Arg.V_AHEAD);
    a.emit(MOV, count, arg(Arg.COUNT));
    if (bias) {
      a.emit(IMUL, x, count, imm(row));
      a.emit(ADD, arg(Arg.BIAS_FROM), x);
    }
    set(Arg.FIRST, imm(0));
    a.emit(SUB, arg(Arg.KEYS_LEFT), count);
    a.emit(JNE, stretch);
    eachPanel("finish", this::finish);
    frame.leave();
    functions();
    a.include(transpose, new Transpose(whole.width()).generate(abi));
    return a.finish(whole.name());
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
    if (bias) {
      copy(Arg.BIAS_HERE, Arg.BIAS);
    }
    Label end = a.label(name + "_end");
    Label next = a.here(name);
    a.emit(MOV, x, arg(Arg.QUERIES_LEFT));
    a.emit(TEST, x, x);
    a.emit(JE, end);
    a.emit(MOV, count, imm(columns));
    a.emit(CMP, x, count);
    a.emit(CMOVG, x, count);
    a.emit(MOV, arg(Arg.QUERIES_HERE), x);
    body.run();
    a.emit(MOV, x, arg(Arg.QUERIES_HERE));
    a.emit(SUB, arg(Arg.QUERIES_LEFT), x);
    next(Arg.Q_HERE, Arg.Q_STRIDE, columns);
    next(Arg.QUERY_PANEL, Arg.QUERY_PANEL_BYTES, 1);
    next(Arg.RESULT, Arg.WIDTH, row);
    a.emit(MOV, x, imm(Attention.STATE_ROWS * row));
    a.emit(ADD, arg(Arg.STATE), x);
    next(Arg.OUT_HERE, Arg.OUT_STRIDE, columns);
    if (bias) {
      next(Arg.BIAS_HERE, Arg.BIAS_PANEL, 1);
    }
    a.emit(JMP, next);
    a.bind(end);
  }

  private void next(Arg pointer, Arg by, int times) {
    a.emit(IMUL, x, arg(by), imm(times));
    a.emit(ADD, arg(pointer), x);
  }

  final void copy(Arg what, Arg source) {
    a.emit(MOV, x, arg(source));
    a.emit(MOV, arg(what), x);
  }

  final void set(Arg what, Operand value) {
    a.emit(MOV, x, value);
    a.emit(MOV, arg(what), x);
  }

  /** An argument of what is called. */
  final Mem inner(Enum<?> argument) {
    return arg(Arg.values().length + argument.ordinal());
  }

  final void pass(Enum<?> argument, Operand value) {
    a.emit(MOV, x, value);
    a.emit(MOV, inner(argument), x);
  }

  /** An argument of an inner function that is a number of ours times so many. */
  final void passBytes(Enum<?> argument, Arg what, int bytes) {
    a.emit(IMUL, x, arg(what), imm(bytes));
    a.emit(MOV, inner(argument), x);
  }

  final void call(Label function) {
    a.emit(PUSH, frame.argument());
    a.emit(LEA, abi.argument(), arg(Arg.values().length));
    a.emit(CALL, function);
    a.emit(POP, frame.argument());
  }

  /** Zeroes a panel from {@link #to} on; {@link #count} has its rows. */
  final void zeroPanel() {
    Vec zero = simd.vec(0);
    simd.zero(zero);
    times(
        count,
        "zero",
        () -> {
          for (int at = 0; at < row; at += simd.width().bytes()) {
            simd.store(at(to, at), zero);
          }
          a.emit(ADD, to, imm(row));
        });
  }

  final void zeroState() {
    a.emit(MOV, to, arg(Arg.STATE));
    a.emit(MOV, count, imm(Attention.STATE_ROWS));
    zeroPanel();
  }

  /** Transposes the panel's queries, and multiplies them by the scale. */
  final void transposeQueries(Arg where) {
    pass(Transpose.Arg.IN, arg(Arg.Q_HERE));
    pass(Transpose.Arg.IN_STRIDE, arg(Arg.Q_STRIDE));
    pass(Transpose.Arg.ROWS, arg(Arg.QUERIES_HERE));
    pass(Transpose.Arg.COLUMNS, arg(Arg.DEPTH));
    pass(Transpose.Arg.OUT, arg(where));
    pass(Transpose.Arg.OUT_STRIDE, imm(row));
    pass(Transpose.Arg.FACTOR, arg(Arg.SCALE));
    pass(Transpose.Arg.FACTOR_STEP, imm(0));
    call(transpose);
  }

  final void passBias(Enum<?> argument) {
    if (bias) {
      a.emit(MOV, x, arg(Arg.BIAS_HERE));
      a.emit(ADD, x, arg(Arg.BIAS_FROM));
      a.emit(MOV, inner(argument), x);
    }
  }

  private void aheadIs(Arg pointer, Arg strideArg) {
    copy(Arg.AHEAD, pointer);
    copy(Arg.AHEAD_STRIDE, strideArg);
  }

  /** While one panel is in work keys are fetched, with the next values, and then queries. */
  final void turnAhead() {
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

  /** Writes the panel's results, each divided by the sum of its powers. */
  void finish() {
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
