package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Long short-term memory: c ← f(forget) ∘ c + f(in) ∘ g(cell), h ← f(out) ∘ h(c); the gates in the
 * order in, out, forget, cell. Inputs and outputs as {@link Recurrence} has them, with c as a
 * second state and peephole weights [D, 3·H] (in, out, forget) as the last input. ONNX LSTM, opset
 * 22.
 *
 * @param clip limit of what goes into f and g; 0 for none
 * @param hiddenSize 0 for what the weights say
 * @param inputForget whether the forget gate is 1 − the input gate
 * @param layout 1 when the batch comes first
 */
public record LSTM(
    List<Float> activationAlpha,
    List<Float> activationBeta,
    List<String> activations,
    float clip,
    Direction direction,
    long hiddenSize,
    boolean inputForget,
    long layout)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    return Recurrence.types(in, 4, 2, direction, hiddenSize, layout);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    List<DoubleUnaryOperator> functions =
        Activations.of(
            activations, activationAlpha, activationBeta, direction, "Sigmoid", "Tanh", "Tanh");
    double[] peepholes = in.has(7) ? Reals.of(in.tensor(7)) : null;
    return new Recurrence(in, 4, layout)
        .run(types, direction, (r, h, c) -> step(r, h, c, functions, peepholes));
  }

  private void step(
      Recurrence r,
      double[] h,
      double[] c,
      List<DoubleUnaryOperator> functions,
      double[] peepholes) {
    DoubleUnaryOperator f = functions.get(3 * r.direction());
    DoubleUnaryOperator g = functions.get(3 * r.direction() + 1);
    DoubleUnaryOperator last = functions.get(3 * r.direction() + 2);
    double[] before = h.clone();
    for (int u = 0; u < h.length; u++) {
      double in = f.applyAsDouble(gate(r, 0, u, before) + peep(peepholes, r, 0, u, c[u]));
      double forget =
          inputForget
              ? 1 - in
              : f.applyAsDouble(gate(r, 2, u, before) + peep(peepholes, r, 2, u, c[u]));
      c[u] = forget * c[u] + in * g.applyAsDouble(gate(r, 3, u, before));
      double out = f.applyAsDouble(gate(r, 1, u, before) + peep(peepholes, r, 1, u, c[u]));
      h[u] = out * last.applyAsDouble(c[u]);
    }
  }

  private double gate(Recurrence r, int gate, int unit, double[] h) {
    return Activations.clip(r.input(gate, unit) + r.recurrent(gate, unit, h), clip);
  }

  private static double peep(double[] peepholes, Recurrence r, int gate, int unit, double c) {
    return peepholes == null ? 0 : peepholes[(3 * r.direction() + gate) * r.hidden() + unit] * c;
  }
}
