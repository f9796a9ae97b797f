package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * The first half of the last axis through the activation, times the second half: x[…, 2·N] → […,
 * N]. With SILU it is the middle of a SwiGLU block.
 */
public record Gate(Activation activation) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    return List.of(in.type(0).with(x.with(-1, Checks.divided("the last axis", x.dim(-1), 2))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    long half = x.size(-1) / 2;
    Tensor out = Tensor.zeros(x.dtype(), x.shape().with(-1, Dim.of(half)));
    for (long i = 0; i < out.count(); i++) {
      long first = i / half * 2 * half + i % half;
      out.set(i, activation.apply(x.real(first)) * x.real(first + half));
    }
    return List.of(out);
  }
}
