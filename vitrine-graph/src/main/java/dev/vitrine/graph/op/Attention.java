package dev.vitrine.graph.op;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * softmax(softcap(q · kᵀ · scale) + mask) · v for each head. Inputs q, k, v as [batch, heads,
 * tokens, size] or [batch, tokens, heads·size]; optionally a mask that broadcasts to [batch, heads,
 * query tokens, key tokens] (added, or of bool: what may be seen; its last axis may be too short),
 * past keys and values that stand before the new ones, and the number of valid keys of each batch
 * entry. There may be fewer heads of keys: each serves as many consecutive heads of queries.
 * Outputs: the result, all keys, all values, and the scores at a stage. A query that may see
 * nothing gets 0. ONNX Attention, opset 25.
 *
 * @param isCausal whether a query sees no key after its own place
 * @param kvNumHeads heads of keys where they are not an axis; 0 where they are
 * @param leftWindowSize how many keys before its own place a query sees; −1 for all
 * @param qkMatmulOutputMode the stage: 0 scaled product, 1 softcap, 2 mask, 3 softmax
 * @param scale 0 for 1/√size
 * @param softcap c in c · tanh(x / c); 0 for none
 * @param softmaxPrecision a hint; null for the input's type
 */
public record Attention(
    boolean isCausal,
    long kvNumHeads,
    long leftWindowSize,
    long qNumHeads,
    long qkMatmulOutputMode,
    long rightWindowSize,
    float scale,
    float softcap,
    DType softmaxPrecision)
    implements Op {

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape q = split(in.shape(0), qNumHeads);
    Shape k = split(in.shape(1), kvNumHeads);
    Shape v = split(in.shape(2), kvNumHeads);
    Check.same(q.dim(3), k.dim(3), "the sizes of query and key heads differ");
    Check.same(k.dim(1), v.dim(1), "the heads of keys and values differ");
    Check.same(k.dim(2), v.dim(2), "the numbers of keys and values differ");
    Dim heads = q.dim(1);
    Check.that(
        !heads.isStatic() || !k.dim(1).isStatic() || heads.size() % k.size(1) == 0,
        "%s heads of keys don't serve %s heads of queries",
        k.dim(1),
        heads);
    Dim past = in.has(4) ? Check.rank(4, in, 4).dim(2) : Dim.of(0);
    Dim keys = k.dim(2).plus(past);
    Shape out = q.with(3, v.dim(3));
    if (in.rank(0) == 3) {
      out = Shape.of(q.dim(0), q.dim(2), heads.times(v.dim(3)));
    }
    return List.of(
        in.type(0).with(out),
        in.type(1).with(k.with(2, keys)),
        in.type(2).with(v.with(2, keys)),
        in.type(0).with(q.with(3, keys)));
  }

  /** The shape with an axis of heads. */
  private static Shape split(Shape x, long heads) {
    if (x.rank() == 4) {
      return x;
    }
    Check.that(x.rank() == 3 && heads > 0, "%s with %s heads", x, heads);
    Dim size = x.dim(2).dividedBy(Dim.of(heads));
    Check.that(size != null, "%s is not a number of %s heads", x.dim(2), heads);
    return Shape.of(x.dim(0), Dim.of(heads), x.dim(1), size);
  }

  /** The values of an input, with an axis of heads, after those of the past. */
  private static double[] values(Inputs in, int i, int past, Shape split) {
    double[] x = Reals.of(in.tensor(i));
    int rows = Math.toIntExact(split.size(2) * split.size(3));
    if (in.rank(i) == 3) {
      x = Heads.apart(x, split);
    }
    if (past < 0 || !in.has(past)) {
      return x;
    }
    double[] before = Reals.of(in.tensor(past));
    int length = before.length / Math.max(1, x.length / Math.max(1, rows));
    double[] out = new double[x.length + before.length];
    for (int j = 0; j < out.length; j++) {
      int head = j / (rows + length);
      int at = j % (rows + length);
      out[j] = at < length ? before[head * length + at] : x[head * rows + at - length];
    }
    return out;
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    List<TensorType> types = infer(in);
    double[] q = values(in, 0, -1, split(in.shape(0), qNumHeads));
    double[] k = values(in, 1, 4, split(in.shape(1), kvNumHeads));
    double[] v = values(in, 2, 5, split(in.shape(2), kvNumHeads));
    Shape scores = types.get(3).shape();
    int rows = Math.toIntExact(scores.size(2));
    int keys = Math.toIntExact(scores.size(3));
    int size = Math.toIntExact(types.get(1).shape().size(3));
    int valueSize = Math.toIntExact(types.get(2).shape().size(3));
    int heads = Math.toIntExact(scores.size(0) * scores.size(1));
    int shared = Math.toIntExact(scores.size(1) / types.get(1).shape().size(1));
    int[] own = IntStream.range(0, heads).toArray();
    int[] served = IntStream.range(0, heads).map(h -> h / shared).toArray();
    double[] turned = Products.transposed(k, keys, size);
    double[] p = new Products(rows, size, keys, own, served).multiply(q, turned);
    double by = scale == 0 ? 1 / Math.sqrt(size) : scale;
    for (int i = 0; i < p.length; i++) {
      p[i] *= by;
    }
    double[] stage = qkMatmulOutputMode == 0 ? p.clone() : p;
    for (int i = 0; i < p.length && softcap > 0; i++) {
      p[i] = softcap * Math.tanh(p[i] / softcap);
    }
    stage = qkMatmulOutputMode == 1 ? p.clone() : stage;
    double[] mask = mask(in, scores);
    for (int i = 0; i < p.length; i++) {
      p[i] += mask[i];
    }
    stage = qkMatmulOutputMode == 2 ? p.clone() : stage;
    softmax(p, mask, keys);
    double[] y = new Products(rows, keys, valueSize, own, served).multiply(p, v);
    Shape split = scores.with(3, Dim.of(valueSize));
    return List.of(
        Reals.to(types.get(0), in.rank(0) == 3 ? Heads.together(y, split) : y),
        Reals.to(types.get(1), k),
        Reals.to(types.get(2), v),
        Reals.to(types.get(3), stage));
  }

  /** What is added to the scores: −∞ for what may not be seen. */
  private double[] mask(Inputs in, Shape scores) {
    int rows = Math.toIntExact(scores.size(2));
    int keys = Math.toIntExact(scores.size(3));
    double[] mask = in.has(3) ? given(in.tensor(3), scores) : new double[(int) scores.count()];
    long past = in.has(4) ? in.shape(4).size(2) : 0;
    for (int i = 0; i < mask.length; i++) {
      int key = i % keys;
      int batch = i / keys / rows / Math.toIntExact(scores.size(1));
      long valid = in.has(6) ? in.tensor(6).integer(batch) : keys;
      long own = i / keys % rows + (in.has(6) ? valid - rows : past);
      boolean seen =
          key < valid
              && (!isCausal || key <= own)
              && (leftWindowSize < 0 || key >= own - leftWindowSize)
              && (rightWindowSize < 0 || key <= own + rightWindowSize);
      mask[i] = seen ? mask[i] : Double.NEGATIVE_INFINITY;
    }
    return mask;
  }

  /** The mask of the input for each score. */
  private static double[] given(Tensor mask, Shape scores) {
    long keys = scores.size(3);
    long length = mask.size(-1) == 1 && keys != 1 ? keys : mask.size(-1);
    int[] at = Broadcast.indices(mask.shape(), scores.with(3, Dim.of(length)));
    double[] out = new double[Math.toIntExact(scores.count())];
    for (int i = 0; i < out.length; i++) {
      int element = at[(int) (i / keys * length + Math.min(i % keys, length - 1))];
      if (i % keys >= length || (mask.dtype() == DType.BOOL && !mask.bool(element))) {
        out[i] = Double.NEGATIVE_INFINITY;
      } else if (mask.dtype() != DType.BOOL) {
        out[i] = mask.real(element);
      }
    }
    return out;
  }

  /** Of each row; 0 where the mask lets nothing be seen. */
  private static void softmax(double[] p, double[] mask, int keys) {
    double[] row = new double[keys];
    for (int from = 0; from < p.length; from += keys) {
      boolean seen = false;
      for (int j = 0; j < keys; j++) {
        row[j] = p[from + j];
        seen |= mask[from + j] != Double.NEGATIVE_INFINITY;
      }
      new Softmax(-1).apply(row);
      for (int j = 0; j < keys; j++) {
        p[from + j] = seen ? row[j] : 0;
      }
    }
  }
}
