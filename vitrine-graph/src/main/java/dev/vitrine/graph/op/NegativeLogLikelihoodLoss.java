package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * −w[t] · x[n, t, …] for the labels t, i64 or i32 of shape [N, …]. Inputs: log-probabilities x [N,
 * C, …], the labels and, optionally, the weights w [C]. The mean is over the weights. ONNX
 * NegativeLogLikelihoodLoss, opset 22.
 *
 * @param ignoreIndex a label that doesn't count; {@code Long.MIN_VALUE}, which no label is, for
 *     none
 */
public record NegativeLogLikelihoodLoss(long ignoreIndex, Reduced reduction) implements Op {
  /** What becomes of the losses of all samples. */
  public enum Reduced {
    NONE,
    SUM,
    MEAN
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(in.type(0).with(reduction == Reduced.NONE ? in.shape(1) : Shape.SCALAR));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor labels = in.tensor(1);
    Tensor losses = Tensor.zeros(x.dtype(), labels.shape());
    Lines classes = new Lines(x.shape(), 1);
    double sum = 0;
    double weights = 0;
    for (long i = 0, n = labels.count(); i < n; i++) {
      long label = labels.integer(i);
      if (label != ignoreIndex) {
        long c = Axes.index(label, classes.length());
        double weight = in.has(2) ? in.tensor(2).real(c) : 1;
        double loss = -weight * x.real(classes.at(i, c));
        losses.set(i, loss);
        sum += loss;
        weights += weight;
      }
    }
    return List.of(
        switch (reduction) {
          case NONE -> losses;
          case SUM -> Tensor.scalar(x.dtype(), sum);
          case MEAN -> Tensor.scalar(x.dtype(), sum / weights);
        });
  }
}
