package dev.vitrine.graph.op;

import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * {@link NegativeLogLikelihoodLoss} of the logarithm of the softmax over axis 1, which is the
 * second output. ONNX SoftmaxCrossEntropyLoss, opset 13.
 */
public record SoftmaxCrossEntropyLoss(long ignoreIndex, NegativeLogLikelihoodLoss.Reduced reduction)
    implements Op {
  private NegativeLogLikelihoodLoss loss() {
    return new NegativeLogLikelihoodLoss(ignoreIndex, reduction);
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    return List.of(loss().infer(in).getFirst(), in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor logProbabilities = new LogSoftmax(1).evaluate(in).getFirst();
    Tensor weights = in.has(2) ? in.tensor(2) : null;
    Tensor loss = loss().evaluate(Inputs.of(logProbabilities, in.tensor(1), weights)).getFirst();
    return List.of(loss, logProbabilities);
  }
}
