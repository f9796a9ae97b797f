package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.Floats.VADDPS;
import static dev.vitrine.engine.asm.Floats.VDIVPS;
import static dev.vitrine.engine.asm.Floats.VMAXPS;
import static dev.vitrine.engine.asm.Floats.VMINPS;
import static dev.vitrine.engine.asm.Floats.VMULPS;
import static dev.vitrine.engine.asm.Floats.VSUBPS;
import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Moves.VBROADCASTSS;
import static dev.vitrine.engine.asm.Moves.VMOVAPS;

import dev.vitrine.compiler.plan.Scalar;
import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Mem;
import dev.vitrine.engine.asm.Op;
import dev.vitrine.engine.asm.Operand;
import dev.vitrine.engine.asm.Vec;
import java.util.List;

/**
 * A function of several inputs at every place of rows, in one loop.
 *
 * @param repeats for each input whether a row has one element, the same everywhere, or as many as
 *     out
 */
public record Elementwise(Width width, Scalar function, List<Boolean> repeats)
    implements Generator {
  /** As many as there are registers to point to them. */
  private static final int MOST_INPUTS = 6;

  public Elementwise {
    repeats = List.copyOf(repeats);
  }

  /** Whether there is code for the function. */
  public boolean isPossible() {
    return repeats.size() <= MOST_INPUTS && has(function) && depth(function) < width.registers();
  }

  private static boolean has(Scalar f) {
    return switch (f) {
      case Scalar.Input _, Scalar.Constant _ -> true;
      case Scalar.Unary u -> VectorMath.has(u.function()) && has(u.x());
      case Scalar.Binary b -> b.operator() != Scalar.Operator.POW && has(b.a()) && has(b.b());
    };
  }

  /** The registers that an evaluation takes. */
  private static int depth(Scalar f) {
    return switch (f) {
      case Scalar.Input _, Scalar.Constant _ -> 1;
      case Scalar.Unary u -> Math.max(depth(u.x()), 1 + VectorMath.SPARE);
      case Scalar.Binary b -> Math.max(Math.max(depth(b.a()), 1 + depth(b.b())), 4);
    };
  }

  @Override
  public String name() {
    return "elementwise_" + width.text();
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends RowEmitter {
    private static final int NAN_MASK = 2;

    private final Elementwise g;
    private final Gpr[] inputs;

    Body(Elementwise g, Abi abi) {
      super(g.width, abi);
      this.g = g;
      inputs = new Gpr[g.repeats.size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = frame.gpr();
      }
    }

    private Mem slot(int i) {
      return at(frame.argument(), (RowArg.INPUTS.ordinal() + i) * Long.BYTES);
    }

    Code emit() {
      frame.enter();
      for (int i = 0; i < inputs.length; i++) {
        a.emit(MOV, inputs[i], slot(2 * i));
      }
      eachRow(
          () ->
              pass(
                  "places",
                  (_, disp, mask) -> {
                    evaluate(g.function, 0, disp, mask);
                    simd.store(here(out, disp), simd.vec(0), mask);
                  }));
      frame.leave();
      return a.finish(g.name());
    }

    @Override
    void nextRow() {
      for (int i = 0; i < inputs.length; i++) {
        a.emit(ADD, inputs[i], slot(2 * i + 1));
      }
    }

    /** Leaves the value of {@code f} in register {@code r}; those after it are overwritten. */
    private void evaluate(Scalar f, int r, int disp, Operand mask) {
      Vec x = simd.vec(r);
      switch (f) {
        case Scalar.Constant c -> simd.set(x, c.value());
        case Scalar.Input i when g.repeats.get(i.index()) ->
            a.emit(VBROADCASTSS, x, at(inputs[i.index()]));
        case Scalar.Input i -> simd.load(x, here(inputs[i.index()], disp), mask);
        case Scalar.Unary u -> {
          evaluate(u.x(), r, disp, mask);
          math.apply(u.function(), x, simd.vecs(r + 1, VectorMath.SPARE));
        }
        case Scalar.Binary b -> {
          evaluate(b.a(), r, disp, mask);
          if (b.b() instanceof Scalar.Constant c) {
            combine(b.operator(), x, simd.all(c.value()), r);
          } else {
            evaluate(b.b(), r + 1, disp, mask);
            combine(b.operator(), x, simd.vec(r + 1), r);
          }
        }
      }
    }

    private void combine(Scalar.Operator operator, Vec x, Operand y, int r) {
      Op op =
          switch (operator) {
            case ADD -> VADDPS;
            case SUB -> VSUBPS;
            case MUL -> VMULPS;
            case DIV -> VDIVPS;
            case MIN -> VMINPS;
            case MAX -> VMAXPS;
            case POW -> throw new IllegalArgumentException("there is no code for pow");
          };
      if (op == VMINPS || op == VMAXPS) {
        // The instruction gives y where either is NaN.
        Vec result = simd.vec(r + 2);
        a.emit(op, result, x, y);
        simd.orNan(result, x, NAN_MASK, simd.vec(r + 3));
        a.emit(VMOVAPS, x, result);
      } else {
        a.emit(op, x, x, y);
      }
    }
  }
}
