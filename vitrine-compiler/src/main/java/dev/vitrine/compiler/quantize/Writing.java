package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.edit.StoreWeights;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Clip;
import dev.vitrine.graph.op.QuantizeLinear;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what was found into a copy of the fused graph; values keep their names. */
final class Writing {
  private record Codes(Value q, Value scale, Value zero) {}

  private record Key(Value x, Range range) {}

  private final Graph graph;
  private final Grade grade;
  private final Map<Key, Codes> codes = new HashMap<>();
  // For products that are sources, what their columns were multiplied by; by the output's name.
  private final Map<String, Tensor> columns = new HashMap<>();

  private Writing(Graph fused, Grade grade) {
    graph = fused.copy();
    this.grade = grade;
  }

  /**
   * @param results for sources whose readers all are quantized
   * @param attention what of attention is computed on bytes too
   */
  static Graph write(Graph fused, Grade grade, List<Search.Result> results, List<Node> attention) {
    Writing w = new Writing(fused, grade);
    for (Search.Result r : results) {
      if (r.factors() != null) {
        w.divide(r.group().source(), r.factors());
      }
    }
    for (Search.Result r : results) {
      r.products().forEach(w::quantize);
    }
    attention.forEach(w::attend);
    w.graph.removeDead();
    if (!results.isEmpty()) {
      // Beside the products' rounding this is nothing, and files get smaller.
      StoreWeights.round(w.graph, v -> v.users().stream().noneMatch(Writing::isProduct));
    }
    return w.graph;
  }

  private static boolean isProduct(Node n) {
    return n.op() instanceof Linear;
  }

  /** The float graph with its channels smoothed: what the quantized one comes close to. */
  static Graph reference(Graph fused, List<Search.Result> results) {
    Writing w = new Writing(fused, null);
    for (Search.Result r : results) {
      if (r.factors() != null) {
        w.divide(r.group().source(), r.factors());
        r.products().forEach(f -> w.multiply(f.product(), r.factors()));
      }
    }
    w.graph.removeDead();
    return w.graph;
  }

  private void multiply(Product p, float[] factors) {
    Node n = here(p.node());
    Value old = n.input(Linear.WEIGHT);
    Tensor by = Tensor.f32(Shape.of(factors.length), factors);
    Tensor scaled = Weights.scaled(old.constant(), 0, by);
    graph.setInput(n, Linear.WEIGHT, graph.constant(old.name(), scaled));
  }

  private Node here(Node n) {
    return graph.value(n.output().name()).producer();
  }

  /** Divides a source's channels. */
  private void divide(Source source, float[] factors) {
    Node n = here(source.node());
    source
        .constants()
        .forEach(
            (input, axis) -> {
              Value old = n.input(input);
              Tensor by = Weights.filled(DType.F32, old.shape().size(axis), 1);
              for (int k = 0; k < factors.length; k++) {
                by.set(source.from() + k, 1 / factors[k]);
              }
              Tensor divided = Weights.scaled(old.constant(), axis, by);
              graph.setInput(n, input, graph.constant(old.name(), divided));
              if (n.op() instanceof Linear && input == Linear.WEIGHT) {
                columns.merge(n.output().name(), by, (a, b) -> Weights.scaled(a, 0, b));
              }
            });
  }

  private void attend(Node fused) {
    Node old = here(fused);
    FusedAttention a = (FusedAttention) old.op();
    graph.placeAt(old);
    take(old, new QuantizedAttention(a.heads(), a.scale()), old.inputs().subList(0, 3));
    graph.placeAt(null);
  }

  /** Puts a node in the place of another under its name. */
  private void take(Node old, Op op, List<Value> in) {
    String name = old.output().name();
    Value now = graph.node("", op, in, List.of(graph.freshName(name))).output();
    graph.replace(old.output(), now);
    graph.remove(old);
    graph.rename(now, name);
  }

  private void quantize(Search.Found found) {
    Node old = here(found.product().node());
    Linear linear = (Linear) old.op();
    String name = old.output().name();
    graph.placeAt(old);
    Codes c = codes.computeIfAbsent(new Key(old.input(Linear.X), found.range()), this::codes);
    List<Value> in = new ArrayList<>(List.of(c.q, c.scale, c.zero));
    String weight = old.input(Linear.WEIGHT).name();
    in.add(graph.constant(weight, found.weight().codes()));
    Tensor by = columns.get(name);
    in.add(graph.constant(weight + "_scale", times(found.weight().scales(), by)));
    in.add(bias(old.input(Linear.BIAS), times(found.bias(), by), name));
    in.add(old.input(Linear.RESIDUAL));
    take(old, new QuantizedLinear(linear.activation(), grade), in);
    graph.placeAt(null);
  }

  /** A vector times another; either may be null. */
  private static Tensor times(Tensor vector, Tensor by) {
    return vector == null || by == null ? vector : Weights.scaled(vector, 0, by);
  }

  private Value bias(Value old, Tensor more, String name) {
    if (more == null) {
      return old;
    }
    Tensor sum =
        old == null ? more : new Add().evaluate(Inputs.of(old.constant(), more)).getFirst();
    return graph.constant(old == null ? name + "_bias" : old.name(), sum);
  }

  private Codes codes(Key key) {
    Value x = key.x;
    String name = x.name();
    if (key.range == null) {
      Node n =
          graph.node(
              "",
              new QuantizeRows(grade),
              List.of(x),
              List.of(
                  graph.freshName(name + "_q"),
                  graph.freshName(name + "_scale"),
                  graph.freshName(name + "_zero")));
      return new Codes(n.outputs().get(0), n.outputs().get(1), n.outputs().get(2));
    }
    int levels = grade.levels();
    float scale = key.range.scale(levels);
    float zero = key.range.zero(levels);
    Value s = graph.constant(name + "_scale", Tensor.scalar(scale));
    Value z = graph.constant(name + "_zero", Tensor.scalar(DType.U8, zero));
    if (levels < DType.U8.greatest()) {
      // Codes end before the type's range does.
      Value lo = graph.constant("lo", Tensor.scalar(-zero * scale));
      Value hi = graph.constant("hi", Tensor.scalar((levels - zero) * scale));
      x = graph.addNamed(name + "_clipped", new Clip(), x, lo, hi);
    }
    Value q = graph.addNamed(name + "_q", new QuantizeLinear(1, 0, DType.U8, null, true), x, s, z);
    return new Codes(q, s, z);
  }
}
