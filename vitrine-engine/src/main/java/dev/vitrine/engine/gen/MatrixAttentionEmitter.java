package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.IMUL;
import static dev.vitrine.engine.asm.General.JNE;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.SHR;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.gen.Attention.Arg;

/** Emits {@link MatrixAttention}. */
final class MatrixAttentionEmitter extends AttentionLoop {
  private static final int GROUP_BYTES = Parts.STEP_BYTES;

  private final MatrixAttention g;
  private final Label parts;
  private final Label move;
  private final Label scores;
  private final Label powers;
  private final Label mix;

  MatrixAttentionEmitter(MatrixAttention g, Abi abi) {
    super(g, MatrixGemm.COLUMNS, g.bias(), abi);
    this.g = g;
    parts = a.label("parts");
    move = a.label("move");
    scores = a.label("scores");
    powers = a.label("powers");
    mix = a.label("mix");
  }

  /** Scores start from the references' opposites, results from what they are. */
  @Override
  void functions() {
    a.include(parts, new Parts().generate(abi));
    a.include(move, new Transpose(g.width(), false).generate(abi));
    a.include(scores, product(MatrixGemm.Start.BIAS).generate(abi));
    a.include(powers, new MatrixPowers(bias).generate(abi));
    a.include(mix, product(MatrixGemm.Start.SUMS).generate(abi));
  }

  private static MatrixGemm product(MatrixGemm.Start start) {
    return new MatrixGemm(start, Activation.NONE, false, false);
  }

  @Override
  void start() {
    zeroState();
    a.emit(MOV, to, arg(Arg.RESULT));
    a.emit(MOV, count, arg(Arg.WIDTH));
    zeroPanel();
    // Scores are not there yet, so that their room is free.
    a.emit(MOV, to, arg(Arg.POWERS));
    a.emit(IMUL, count, arg(Arg.DEPTH_STEPS), imm(Parts.DEPTH));
    zeroPanel();
    transposeQueries(Arg.POWERS);
    PartPairs pairs = new PartPairs(a, simd, simd.vecs(2, PartPairs.SPARE));
    pairs.begin();
    a.emit(MOV, from, arg(Arg.POWERS));
    a.emit(MOV, to, arg(Arg.QUERY_PANEL));
    a.emit(MOV, count, arg(Arg.DEPTH_STEPS));
    times(
        count,
        "query_step",
        () -> {
          a.emit(MOV, rows, imm(Parts.DEPTH / 2));
          times(
              rows,
              "query_pair",
              () -> {
                for (int v = 0; v < 2; v++) {
                  simd.load(simd.vec(0), PartPairs.row(from, false, v));
                  simd.load(simd.vec(1), PartPairs.row(from, true, v));
                  pairs.store(simd.vec(0), simd.vec(1), to, v);
                }
                a.emit(ADD, from, imm(row));
                a.emit(ADD, to, imm(Parts.ROW_BYTES));
              });
          a.emit(ADD, from, imm((long) Parts.DEPTH / 2 * row));
          a.emit(ADD, to, imm(MatrixGemm.STEP_BYTES - Parts.MATRIX_BYTES));
        });
  }

  /** Keys become parts as they are, values transposed. */
  @Override
  void prepare() {
    a.emit(MOV, x, arg(Arg.COUNT));
    a.emit(ADD, x, imm(Parts.DEPTH - 1));
    a.emit(SHR, x, imm(Integer.numberOfTrailingZeros(Parts.DEPTH)));
    a.emit(MOV, arg(Arg.COUNT_STEPS), x);
    pass(Parts.Arg.IN, arg(Arg.K));
    pass(Parts.Arg.IN_STRIDE, arg(Arg.K_STRIDE));
    pass(Parts.Arg.ROWS, arg(Arg.COUNT));
    pass(Parts.Arg.COLUMNS, arg(Arg.DEPTH));
    pass(Parts.Arg.OUT, arg(Arg.KEY_PARTS));
    passBytes(Parts.Arg.GROUP, Arg.DEPTH_STEPS, GROUP_BYTES);
    call(parts);
    pass(Transpose.Arg.IN, arg(Arg.V));
    pass(Transpose.Arg.IN_STRIDE, arg(Arg.V_STRIDE));
    pass(Transpose.Arg.ROWS, arg(Arg.COUNT));
    pass(Transpose.Arg.COLUMNS, arg(Arg.WIDTH));
    pass(Transpose.Arg.OUT, arg(Arg.VALUES));
    passBytes(Transpose.Arg.OUT_STRIDE, Arg.STRETCH, Float.BYTES);
    pass(Transpose.Arg.FACTOR_STEP, imm(0));
    call(move);
    pass(Parts.Arg.IN, arg(Arg.VALUES));
    passBytes(Parts.Arg.IN_STRIDE, Arg.STRETCH, Float.BYTES);
    pass(Parts.Arg.ROWS, arg(Arg.WIDTH));
    pass(Parts.Arg.COLUMNS, arg(Arg.COUNT));
    pass(Parts.Arg.OUT, arg(Arg.VALUE_PARTS));
    passBytes(Parts.Arg.GROUP, Arg.COUNT_STEPS, GROUP_BYTES);
    call(parts);
  }

  @Override
  void meet() {
    set(Arg.ROUND, imm(0));
    Label again = a.here("again");
    pass(MatrixGemm.Arg.A, arg(Arg.KEY_PARTS));
    passBytes(MatrixGemm.Arg.A_GROUP, Arg.DEPTH_STEPS, GROUP_BYTES);
    pass(MatrixGemm.Arg.B, arg(Arg.QUERY_PANEL));
    pass(MatrixGemm.Arg.C, arg(Arg.POWERS));
    pass(MatrixGemm.Arg.M, arg(Arg.COUNT));
    pass(MatrixGemm.Arg.K, arg(Arg.DEPTH_STEPS));
    pass(MatrixGemm.Arg.COLUMN, arg(Arg.STATE));
    product(scores);
    pass(MatrixPowers.Arg.SCORES, arg(Arg.POWERS));
    pass(MatrixPowers.Arg.KEYS, arg(Arg.COUNT));
    passBias(MatrixPowers.Arg.BIAS);
    pass(MatrixPowers.Arg.STATE, arg(Arg.STATE));
    pass(MatrixPowers.Arg.RESULT, arg(Arg.RESULT));
    pass(MatrixPowers.Arg.RESULT_ROWS, arg(Arg.WIDTH));
    pass(MatrixPowers.Arg.OUT, arg(Arg.POWER_PARTS));
    pass(MatrixPowers.Arg.ROUND, arg(Arg.ROUND));
    call(powers);
    a.emit(MOV, x, inner(MatrixPowers.Arg.ROUND));
    a.emit(MOV, arg(Arg.ROUND), x);
    a.emit(TEST, x, x);
    a.emit(JNE, again);
    pass(MatrixGemm.Arg.A, arg(Arg.VALUE_PARTS));
    passBytes(MatrixGemm.Arg.A_GROUP, Arg.COUNT_STEPS, GROUP_BYTES);
    pass(MatrixGemm.Arg.B, arg(Arg.POWER_PARTS));
    pass(MatrixGemm.Arg.C, arg(Arg.RESULT));
    pass(MatrixGemm.Arg.M, arg(Arg.WIDTH));
    pass(MatrixGemm.Arg.K, arg(Arg.COUNT_STEPS));
    product(mix);
  }

  /** What both products have. */
  private void product(Label function) {
    pass(MatrixGemm.Arg.B_PANEL, imm(0));
    pass(MatrixGemm.Arg.C_STRIDE, imm(row));
    pass(MatrixGemm.Arg.PANELS, imm(1));
    pass(MatrixGemm.Arg.MEMORY, arg(Arg.MEMORY));
    pass(MatrixGemm.Arg.NEXT, arg(Arg.MEMORY));
    pass(MatrixGemm.Arg.AHEAD_STEP, imm(0));
    call(function);
  }

  @Override
  void finish() {
    a.emit(MOV, to, arg(Arg.STATE));
    new References(a, simd, math, to, x, 2, simd.vecs(0, 4)).invert();
    super.finish();
  }
}
