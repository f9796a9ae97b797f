package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CMP;
import static dev.vitrine.engine.asm.General.JE;
import static dev.vitrine.engine.asm.General.JGE;
import static dev.vitrine.engine.asm.General.JMP;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.TEST;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VMOVSS;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Vec;
import dev.vitrine.engine.gen.Attention.Arg;
import dev.vitrine.engine.gen.Gemm.Start;
import dev.vitrine.engine.gen.Scores.State;

/** Emits {@link Attention}. */
final class AttentionEmitter extends AttentionLoop {
  private final Attention g;
  private final Label scores;
  private final Label mix;
  private final Label mixFurther;

  AttentionEmitter(Attention g, Abi abi) {
    super(g, g.tile().columns(), g.bias(), abi);
    this.g = g;
    scores = a.label("scores");
    mix = a.label("mix");
    mixFurther = a.label("mix_further");
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

  @Override
  void functions() {
    a.include(scores, g.scores().generate(abi));
    a.include(mix, new Mix(g.mix(Start.ZERO), abi).emit());
    a.include(mixFurther, new Mix(g.mix(Start.SCALED), abi).emit());
  }

  @Override
  void start() {
    Label full = a.label("full");
    a.emit(MOV, x, arg(Arg.QUERIES_HERE));
    a.emit(CMP, x, imm(columns));
    a.emit(JGE, full);
    a.emit(MOV, to, arg(Arg.QUERY_PANEL));
    a.emit(MOV, count, arg(Arg.DEPTH));
    zeroPanel();
    a.bind(full);
    zeroState();
    transposeQueries(Arg.QUERY_PANEL);
  }

  /**
   * Copies the stretch's values, so that rows lie side by side. As they are, rows may be so far
   * apart that few places in the cache are left for them.
   */
  @Override
  void prepare() {
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
              simd.width().lanes(),
              "values",
              () -> {
                simd.load(v, at(from));
                simd.store(at(to), v);
                a.emit(ADD, from, imm(simd.width().bytes()));
                a.emit(ADD, to, imm(simd.width().bytes()));
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

  @Override
  void meet() {
    pass(Gemm.Arg.A, arg(Arg.K));
    pass(Gemm.Arg.A_STRIDE, arg(Arg.K_STRIDE));
    pass(Gemm.Arg.B, arg(Arg.QUERY_PANEL));
    pass(Gemm.Arg.C, arg(Arg.POWERS));
    pass(Gemm.Arg.C_STRIDE, imm(row));
    pass(Gemm.Arg.M, arg(Arg.COUNT));
    pass(Gemm.Arg.K, arg(Arg.DEPTH));
    pass(Gemm.Arg.PANELS, imm(1));
    pass(Gemm.Arg.COLUMN, arg(Arg.STATE));
    passBias(Gemm.Arg.RESIDUAL);
    pass(Gemm.Arg.RESIDUAL_STRIDE, imm(row));
    pass(Gemm.Arg.AHEAD, arg(Arg.AHEAD));
    pass(Gemm.Arg.AHEAD_STEP, arg(Arg.AHEAD_STRIDE));
    call(scores);
    turnAhead();
    pass(Gemm.Arg.A, arg(Arg.VALUES));
    passBytes(Gemm.Arg.A_STRIDE, Arg.WIDTH, Float.BYTES);
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
}
