package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Turns pairs of each head's elements by the angle of their place. Inputs x [batch, heads, tokens,
 * size] or [batch, tokens, heads·size], cosines and sines [batch, tokens, pairs], or [places,
 * pairs] with a fourth input that tells each token's place [batch, tokens]. ONNX RotaryEmbedding,
 * opset 23.
 *
 * @param interleaved whether pairs are neighbours rather than half a head apart
 * @param numHeads heads where they are not an axis
 * @param rotaryEmbeddingDim how many elements of a head are turned; 0 for all
 */
public record RotaryEmbedding(boolean interleaved, long numHeads, long rotaryEmbeddingDim)
    implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    Check.that(x.rank() == 4 || (x.rank() == 3 && numHeads > 0), "%s with %s heads", x, numHeads);
    Check.same(in.shape(1).dim(-1), in.shape(2).dim(-1), "cosines and sines differ");
    return List.of(in.type(0));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    infer(in);
    Shape shape = in.shape(0);
    boolean joined = shape.rank() == 3;
    if (joined) {
      Dim size = shape.dim(2).dividedBy(Dim.of(numHeads));
      Check.that(size != null, "%s is not a number of %s heads", shape.dim(2), numHeads);
      shape = Shape.of(shape.dim(0), Dim.of(numHeads), shape.dim(1), size);
    }
    double[] x = Reals.of(in.tensor(0));
    if (joined) {
      x = Heads.apart(x, shape);
    }
    int size = Math.toIntExact(shape.size(3));
    int pairs = Math.toIntExact(rotaryEmbeddingDim == 0 ? size : rotaryEmbeddingDim) / 2;
    Check.same(in.shape(1).dim(-1), Dim.of(pairs), "the number of angles differs");
    int step = interleaved ? 1 : pairs;
    for (int head = 0; head < x.length / size; head++) {
      long token = head / (shape.size(1) * shape.size(2)) * shape.size(2) + head % shape.size(2);
      long place = in.has(3) ? Axes.index(in.tensor(3).integer(token), in.shape(1).size(0)) : token;
      for (int pair = 0; pair < pairs; pair++) {
        double cos = in.tensor(1).real(place * pairs + pair);
        double sin = in.tensor(2).real(place * pairs + pair);
        int at = head * size + (interleaved ? 2 * pair : pair);
        double a = x[at];
        double b = x[at + step];
        x[at] = cos * a - sin * b;
        x[at + step] = sin * a + cos * b;
      }
    }
    return List.of(Reals.to(in.type(0), joined ? Heads.together(x, shape) : x));
  }
}
