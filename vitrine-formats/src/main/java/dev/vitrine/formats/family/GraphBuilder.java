package dev.vitrine.formats.family;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.AutoPad;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.ReduceMean;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The layers that families are built from, over the weights of a checkpoint. Values are tokens
 * [batch, tokens, width] unless said otherwise; the batch may be a name.
 */
final class GraphBuilder {
  final Graph graph = new Graph();
  final Weights weights;
  private final Set<String> wanted;
  private final Map<String, Value> outputs = new LinkedHashMap<>();

  /**
   * @param wanted the names of the outputs to make
   */
  GraphBuilder(Weights weights, Set<String> wanted) {
    this.weights = weights;
    this.wanted = wanted;
  }

  /** Makes an output, if it is asked for. */
  void offer(String name, Supplier<Value> value) {
    if (wanted.contains(name)) {
      outputs.put(name, value.get());
    }
  }

  /** Whether all outputs are there, so that nothing need follow. */
  boolean isDone() {
    return outputs.size() == wanted.size();
  }

  Map<String, Value> outputs() {
    return outputs;
  }

  Value weight(String name) {
    Value known = graph.value(name);
    return known != null ? known : graph.constant(name, weights.f32(name));
  }

  Value ints(long... values) {
    return graph.constant("ints", Tensor.ints(values));
  }

  Value add(Value a, Value b) {
    return graph.add(new Add(), a, b);
  }

  Value mul(Value a, Value b) {
    return graph.add(new Mul(), a, b);
  }

  Value scaled(Value x, double factor) {
    return mul(x, graph.constant("scale", Tensor.scalar((float) factor)));
  }

  /** x · weightᵀ + bias, the bias only where there is one. */
  Value linear(Value x, String name) {
    weights.check(name + ".weight", -1, x.shape().size(-1));
    Value weight = graph.constant(name + ".weight", weights.transposed(name + ".weight"));
    if (!weights.has(name + ".bias")) {
      return graph.addNamed(name, new MatMul(), x, weight);
    }
    weights.check(name + ".bias", weight.shape().size(1));
    Value product = graph.addNamed(name + ".product", new MatMul(), x, weight);
    return graph.addNamed(name, new Add(), product, weight(name + ".bias"));
  }

  Value layerNorm(Value x, String name, float epsilon) {
    weights.check(name + ".weight", x.shape().size(-1));
    weights.check(name + ".bias", x.shape().size(-1));
    return graph.addNamed(
        name,
        new LayerNormalization(-1, epsilon, DType.F32),
        x,
        weight(name + ".weight"),
        weight(name + ".bias"));
  }

  /** A convolution of a picture [batch, channels, height, width] with equal sides. */
  Value conv(Value x, String name, long stride, long pad, long groups) {
    String weight = name + ".weight";
    weights.check(weight, -1, x.shape().size(1) / groups, -1, -1);
    long height = weights.size(weight, 2);
    long width = weights.size(weight, 3);
    Conv op =
        new Conv(
            AutoPad.NOTSET,
            List.of(1L, 1L),
            groups,
            List.of(height, width),
            List.of(pad, pad, pad, pad),
            List.of(stride, stride));
    List<Value> in = new ArrayList<>(List.of(x, weight(weight)));
    if (weights.has(name + ".bias")) {
      weights.check(name + ".bias", weights.size(weight, 0));
      in.add(weight(name + ".bias"));
    }
    return graph.addNamed(name, op, in.toArray(Value[]::new));
  }

  /** A picture [batch, width, rows, columns] as tokens, row by row. */
  Value tokens(Value picture) {
    Shape s = picture.shape();
    Value flat = reshape(picture, 0, s.size(1), s.size(2) * s.size(3));
    return transpose(flat, 0, 2, 1);
  }

  /** Tokens as a picture [batch, width, rows, columns]. */
  Value picture(Value tokens, long rows, long columns) {
    return reshape(transpose(tokens, 0, 2, 1), 0, tokens.shape().size(2), rows, columns);
  }

  /** ONNX's Reshape: 0 keeps a size, −1 is what is left. */
  Value reshape(Value x, long... shape) {
    return graph.add(new Reshape(false), x, ints(shape));
  }

  Value transpose(Value x, long... perm) {
    return graph.add(new Transpose(Arrays.stream(perm).boxed().toList()), x);
  }

  Value concat(int axis, Value... parts) {
    return graph.add(new Concat(axis), parts);
  }

  Value slice(Value x, int axis, long from, long to) {
    return graph.add(new Slice(), x, ints(from), ints(to), ints(axis));
  }

  /** The tokens of those indices, in that order. */
  Value gather(Value tokens, String name, long[] indices) {
    return graph.add(new Gather(1), tokens, graph.constant(name, Tensor.ints(indices)));
  }

  /** One token [batch, width]. */
  Value token(Value tokens, long index) {
    return graph.add(new Gather(1), tokens, graph.constant("index", Tensor.scalar(index)));
  }

  /** The mean of all tokens [batch, width]. */
  Value mean(Value tokens) {
    return graph.add(new ReduceMean(false, false), tokens, ints(1));
  }

  Value gelu(Value x) {
    return graph.add(new Gelu(Gelu.Approximation.NONE), x);
  }

  Value silu(Value x) {
    return mul(x, graph.add(new Sigmoid(), x));
  }

  /** Equal parts of the last axis. */
  List<Value> split(Value x, int parts) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      names.add(graph.freshName(x.name() + "." + i));
    }
    return graph.node("", new Split(x.shape().rank() - 1, parts), List.of(x), names).outputs();
  }

  /**
   * softmax(q · kᵀ / √(width / heads)) · v for each head; q may have other tokens than k and v.
   *
   * @param bias added to the scores [batch, heads, q's tokens, k's tokens]
   */
  Value attention(Value q, Value k, Value v, int heads, UnaryOperator<Value> bias) {
    long width = q.shape().size(2);
    long depth = width / heads;
    Value scores =
        graph.add(
            new MatMul(),
            scaled(transpose(reshape(q, 0, 0, heads, depth), 0, 2, 1, 3), 1 / Math.sqrt(depth)),
            transpose(reshape(k, 0, 0, heads, depth), 0, 2, 3, 1));
    Value shares = graph.add(new Softmax(-1), bias.apply(scores));
    Value heard =
        graph.add(new MatMul(), shares, transpose(reshape(v, 0, 0, heads, depth), 0, 2, 1, 3));
    return reshape(transpose(heard, 0, 2, 1, 3), 0, 0, width);
  }

  /** A tensor [1, …] repeated for each picture of the batch that {@code like} has. */
  Value forEach(Value like, String name, Tensor tensor) {
    Value one = graph.constant(name, tensor);
    Dim batch = like.shape().dim(0);
    if (batch.is(1)) {
      return one;
    }
    long[] sizes = tensor.shape().sizes();
    Value shape;
    if (batch.isStatic()) {
      sizes[0] = batch.size();
      shape = ints(sizes);
    } else {
      Value count = graph.add(new dev.vitrine.graph.op.Shape(0, 1L), like);
      long[] rest = Arrays.copyOfRange(sizes, 1, sizes.length);
      shape = concat(0, count, ints(rest));
    }
    return graph.add(new Expand(), one, shape);
  }
}
