package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.ChannelsLastConv;
import dev.vitrine.compiler.fused.FakeQuantize;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.Lookup;
import dev.vitrine.compiler.fused.PatchEmbedding;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.AutoPad;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.Conv;
import dev.vitrine.graph.op.DequantizeLinear;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Max;
import dev.vitrine.graph.op.Min;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.QuantizeLinear;
import dev.vitrine.graph.op.ReduceMax;
import dev.vitrine.graph.op.ReduceMin;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Round;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Sub;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a fused graph in the operations of ONNX: the way back from {@link Fuser}. Products of
 * bytes become QuantizeLinear, DequantizeLinear and MatMul, which fusion reads as products of bytes
 * again.
 */
public final class Unfuser {
  private final Graph g;

  private Unfuser(Graph graph) {
    g = graph;
  }

  /** Changes the graph in place; values keep their names. */
  public static void unfuse(Graph graph) {
    Unfuser u = new Unfuser(graph);
    for (Node n : graph.nodes()) {
      graph.placeAt(n);
      List<Value> now = u.spelled(n);
      if (now.isEmpty()) {
        continue;
      }
      List<String> names = n.outputs().stream().map(Value::name).toList();
      for (int i = 0; i < now.size(); i++) {
        graph.replace(n.outputs().get(i), now.get(i));
      }
      graph.remove(n);
      for (int i = 0; i < now.size(); i++) {
        graph.rename(now.get(i), names.get(i));
      }
    }
    graph.placeAt(null);
    graph.removeDead();
  }

  /** What takes the place of a node's outputs; empty where it stays. */
  private List<Value> spelled(Node n) {
    return switch (n.op()) {
      case Linear l -> {
        Value y = g.add(new MatMul(), n.input(Linear.X), n.input(Linear.WEIGHT));
        yield List.of(epilogue(y, n.input(Linear.BIAS), l.activation(), n.input(Linear.RESIDUAL)));
      }
      case QuantizedLinear l -> List.of(product(n, l));
      case QuantizeRows q -> rows(n.input(0), q);
      case FusedAttention a -> List.of(attention(n, a));
      case QuantizedAttention a -> List.of(attention(n, new FusedAttention(a.heads(), a.scale())));
      case PatchEmbedding p -> List.of(patches(n, p));
      case ChannelsLastConv c -> List.of(convolution(n, c));
      case Gate gate -> {
        List<String> names = List.of(g.freshName("first_half"), g.freshName("second_half"));
        Node split = g.node("", new Split(-1, 2), List.of(n.input(0)), names);
        Value first = activated(split.outputs().get(0), gate.activation());
        yield List.of(g.add(new Mul(), first, split.outputs().get(1)));
      }
      case Lookup l -> List.of(lookup(n, l));
      case FakeQuantize q -> List.of(rounded(n.input(0), q));
      default -> List.of();
    };
  }

  private Value epilogue(Value x, Value bias, Activation activation, Value residual) {
    Value y = bias == null ? x : g.add(new Add(), x, bias);
    y = activated(y, activation);
    return residual == null ? y : g.add(new Add(), y, residual);
  }

  private Value activated(Value x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> g.add(new Relu(), x);
      case GELU -> g.add(new Gelu(Gelu.Approximation.NONE), x);
      case GELU_TANH -> g.add(new Gelu(Gelu.Approximation.TANH), x);
      case SIGMOID -> g.add(new Sigmoid(), x);
      case SILU -> g.add(new Mul(), x, g.add(new Sigmoid(), x));
      case QUICK_GELU ->
          g.add(new Mul(), x, g.add(new Sigmoid(), g.add(new Mul(), x, number(1.702f))));
    };
  }

  private Value attention(Node n, FusedAttention a) {
    Value q = heads(n.input(FusedAttention.Q), a.heads(), 0, 2, 1, 3);
    Value k = heads(n.input(FusedAttention.K), a.heads(), 0, 2, 3, 1);
    Value v = heads(n.input(FusedAttention.V), a.heads(), 0, 2, 1, 3);
    Value scores = g.add(new MatMul(), q, k);
    scores = a.scale() == 1 ? scores : g.add(new Mul(), scores, number(a.scale()));
    Value bias = n.input(FusedAttention.BIAS);
    if (bias != null && bias.shape().dim(0).is(1)) {
      scores = g.add(new Add(), scores, bias);
    } else if (bias != null) {
      Dim keys = n.input(FusedAttention.K).shape().dim(1);
      Dim queries = n.input(FusedAttention.Q).shape().dim(1);
      Value some =
          reshape(scores, -1, size(bias.shape().dim(0)), a.heads(), size(queries), size(keys));
      some = g.add(new Add(), some, bias);
      scores = reshape(some, -1, a.heads(), size(queries), size(keys));
    }
    Value y = g.add(new MatMul(), g.add(new Softmax(-1), scores), v);
    y = g.add(new Transpose(List.of(0L, 2L, 1L, 3L)), y);
    return reshape(y, 0, 0, size(n.output().shape().dim(-1)));
  }

  /** [B, T, heads·D] as [B, T, heads, D] with its axes in that order. */
  private Value heads(Value x, int heads, long... perm) {
    long depth = size(x.shape().dim(-1)) / heads;
    Value y = reshape(x, 0, 0, heads, depth);
    return g.add(new Transpose(Arrays.stream(perm).boxed().toList()), y);
  }

  private Value patches(Node n, PatchEmbedding p) {
    Conv conv =
        new Conv(
            AutoPad.NOTSET,
            List.of(),
            1,
            List.of((long) p.patchH(), (long) p.patchW()),
            List.of(),
            List.of((long) p.patchH(), (long) p.patchW()));
    Value y = g.add(conv, present(n.inputs()));
    y = reshape(y, 0, 0, -1);
    return g.add(new Transpose(List.of(0L, 2L, 1L)), y);
  }

  private Value convolution(Node n, ChannelsLastConv c) {
    Shape w = n.input(ChannelsLastConv.WEIGHT).shape();
    Conv conv =
        new Conv(
            AutoPad.NOTSET,
            c.dilations(),
            c.group(),
            List.of(w.size(2), w.size(3)),
            c.pads(),
            c.strides());
    List<Value> in = new ArrayList<>(n.inputs());
    in.set(0, g.add(new Transpose(List.of(0L, 3L, 1L, 2L)), in.getFirst()));
    Value y = activated(g.add(conv, present(in)), c.activation());
    return g.add(new Transpose(List.of(0L, 2L, 3L, 1L)), y);
  }

  /** Row c·256 + x of the table as one column. */
  private Value lookup(Node n, Lookup l) {
    Value x = n.input(Lookup.X);
    long channels = size(x.shape().dim(l.axis()));
    long[] shape = new long[x.shape().rank() - l.axis()];
    Arrays.fill(shape, 1);
    shape[0] = channels;
    Tensor first = Tensor.zeros(DType.I64, Shape.of(shape));
    for (int c = 0; c < channels; c++) {
      first.set(c, (long) c * Lookup.LEVELS);
    }
    Value index = g.add(new Cast(DType.I64), x);
    index = g.add(new Add(), index, g.constant("first", first));
    return g.add(new Gather(0), reshape(n.input(Lookup.TABLE), -1), index);
  }

  /** The codes with a row for each of x's, their scales and zero points. */
  private List<Value> rows(Value x, QuantizeRows op) {
    boolean flat = x.shape().rank() == 2;
    long depth = size(x.shape().dim(-1));
    Value rows = flat ? x : reshape(x, -1, depth);
    Value last = g.constant("axis", Tensor.ints(-1));
    Value zero = number(0);
    Value lo = g.add(new Min(), g.add(new ReduceMin(false, false), rows, last), zero);
    Value hi = g.add(new Max(), g.add(new ReduceMax(false, false), rows, last), zero);
    Value range = g.add(new Max(), g.add(new Sub(), hi, lo), number(QuantizeRows.TINY));
    Value levels = number(op.grade().levels());
    Value scale = g.add(new Div(), range, levels);
    Value inverse = g.add(new Div(), levels, range);
    Value shift = g.add(new Round(), g.add(new Mul(), g.add(new Neg(), lo), inverse));
    Value point = g.add(new Cast(DType.U8), shift);
    if (op.grade().levels() < DType.U8.greatest()) {
      // Where both ends round up, the greatest number would get the code after the last.
      Value most = g.add(new Mul(), g.add(new Sub(), levels, shift), scale);
      rows = g.add(new Min(), rows, reshape(most, -1, 1));
    }
    Value q = g.add(new QuantizeLinear(0, 0, null, null, true), rows, scale, point);
    if (flat) {
      return List.of(q, scale, point);
    }
    long[] shape = sizes(x.shape());
    long[] outer = Arrays.copyOf(shape, shape.length - 1);
    return List.of(reshape(q, shape), reshape(scale, outer), reshape(point, outer));
  }

  private Value product(Node n, QuantizedLinear l) {
    Value q = n.input(QuantizedLinear.Q);
    Value scale = n.input(QuantizedLinear.SCALE);
    Value zero = n.input(QuantizedLinear.ZERO);
    Value x;
    if (scale.shape().rank() == 0) {
      x = g.add(new DequantizeLinear(1, 0, null), q, scale, zero);
    } else {
      long depth = size(q.shape().dim(-1));
      DequantizeLinear byRow = new DequantizeLinear(0, 0, null);
      x = g.add(byRow, reshape(q, -1, depth), reshape(scale, -1), reshape(zero, -1));
      x = reshape(x, sizes(q.shape()));
    }
    Value w =
        g.add(
            new DequantizeLinear(1, 0, null),
            n.input(QuantizedLinear.WEIGHT),
            n.input(QuantizedLinear.WEIGHT_SCALE));
    return epilogue(
        g.add(new MatMul(), x, w),
        n.input(QuantizedLinear.BIAS),
        l.activation(),
        n.input(QuantizedLinear.RESIDUAL));
  }

  private Value rounded(Value x, FakeQuantize q) {
    Value scale = number(q.scale());
    Value zero = g.constant("zero", Tensor.scalar(q.codes(), q.zero()));
    Value codes = g.add(new QuantizeLinear(1, 0, null, null, true), x, scale, zero);
    return g.add(new DequantizeLinear(1, 0, null), codes, scale, zero);
  }

  private Value number(float value) {
    return g.constant("c", Tensor.scalar(value));
  }

  private Value reshape(Value x, long... shape) {
    return g.add(new Reshape(false), x, g.constant("shape", Tensor.ints(shape)));
  }

  private static long size(Dim d) {
    if (!d.isStatic()) {
      throw new GraphException("a size of " + d + " can't be written; state the input shapes");
    }
    return d.size();
  }

  /** A shape for Reshape; one size may be open. */
  private static long[] sizes(Shape s) {
    if (s.dims().stream().filter(d -> !d.isStatic()).count() > 1) {
      throw new GraphException("the shape " + s + " can't be written; state the input shapes");
    }
    return s.dims().stream().mapToLong(d -> d.isStatic() ? d.size() : -1).toArray();
  }

  private static Value[] present(List<Value> in) {
    return in.stream().filter(v -> v != null).toArray(Value[]::new);
  }
}
