package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * h ← f(w·x + r·h + biases), step by step; inputs and outputs as {@link Recurrence} has them. ONNX
 * RNN, opset 22.
 *
 * @param clip limit of what goes into f; 0 for none
 * @param hiddenSize 0 for what the weights say
 * @param layout 1 when the batch comes first
 */
public record RNN(
    List<Float> activationAlpha,
    List<Float> activationBeta,
    List<String> activations,
    float clip,
    Direction direction,
    long hiddenSize,
    long layout)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return Recurrence.types(in, 1, 1, direction, hiddenSize, layout);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    List<DoubleUnaryOperator> functions =
        Activations.of(activations, activationAlpha, activationBeta, direction, "Tanh");
    return new Recurrence(in, 1, layout)
        .run(
            types,
            direction,
            (r, h, _) -> {
              double[] before = h.clone();
              DoubleUnaryOperator f = functions.get(r.direction());
              for (int u = 0; u < h.length; u++) {
                double sum = r.input(0, u) + r.recurrent(0, u, before);
                h[u] = f.applyAsDouble(Activations.clip(sum, clip));
              }
            });
  }
}
