package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Gated recurrent units: z = f(…), r = f(…), n = g(w·x + r·(r ∘ h) + biases), h ← (1 − z) ∘ n + z ∘
 * h; the gates in the order z, r, n. Inputs and outputs as {@link Recurrence} has them. ONNX GRU,
 * opset 22.
 *
 * @param clip limit of what goes into f and g; 0 for none
 * @param hiddenSize 0 for what the weights say
 * @param layout 1 when the batch comes first
 * @param linearBeforeReset whether r multiplies after the weights and bias rather than before
 */
public record GRU(
    List<Float> activationAlpha,
    List<Float> activationBeta,
    List<String> activations,
    float clip,
    Direction direction,
    long hiddenSize,
    long layout,
    boolean linearBeforeReset)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return Recurrence.types(in, 3, 1, direction, hiddenSize, layout);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    List<DoubleUnaryOperator> functions =
        Activations.of(activations, activationAlpha, activationBeta, direction, "Sigmoid", "Tanh");
    return new Recurrence(in, 3, layout).run(types, direction, (r, h, _) -> step(r, h, functions));
  }

  private void step(Recurrence r, double[] h, List<DoubleUnaryOperator> functions) {
    DoubleUnaryOperator f = functions.get(2 * r.direction());
    DoubleUnaryOperator g = functions.get(2 * r.direction() + 1);
    double[] before = h.clone();
    double[] reset = new double[h.length];
    double[] kept = new double[h.length];
    for (int u = 0; u < h.length; u++) {
      double sum = r.input(1, u) + r.recurrent(1, u, before);
      reset[u] = f.applyAsDouble(Activations.clip(sum, clip));
      kept[u] = reset[u] * before[u];
    }
    for (int u = 0; u < h.length; u++) {
      double z = f.applyAsDouble(Activations.clip(r.input(0, u) + r.recurrent(0, u, before), clip));
      double state =
          linearBeforeReset ? reset[u] * r.recurrent(2, u, before) : r.recurrent(2, u, kept);
      double n = g.applyAsDouble(Activations.clip(r.input(2, u) + state, clip));
      h[u] = (1 - z) * n + z * before[u];
    }
  }
}
