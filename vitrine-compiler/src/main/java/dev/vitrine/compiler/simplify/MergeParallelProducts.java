package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Products of one value with several constant matrices, each plus a vector or none, become one
 * product with the matrices side by side, and a Split: queries, keys and values.
 */
final class MergeParallelProducts implements Rule {
  private static final Pattern X = any();
  private static final Pattern W = constant().where(v -> v.shape().rank() == 2);
  private static final Pattern PRODUCT = op(MatMul.class, X, W);

  /** One of the products: its result is {@code out}; the vector that is added may be null. */
  private record Branch(Value weights, Value bias, Value out) {
    static Branch of(Match m, Node n) {
      Value y = n.output();
      Node add = m.graph().usedOnce(y) ? y.users().getFirst() : null;
      if (add == null || !(add.op() instanceof Add)) {
        return new Branch(n.input(1), null, y);
      }
      Value c = add.input(add.input(0) == y ? 1 : 0);
      boolean vector =
          c.isConstant()
              && c.shape().rank() == 1
              && c.shape().dim(0).equals(n.input(1).shape().dim(1));
      return vector ? new Branch(n.input(1), c, add.output()) : new Branch(n.input(1), null, y);
    }
  }

  @Override
  public Pattern pattern() {
    return PRODUCT;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    List<Branch> branches = new ArrayList<>();
    for (Node n : x.users()) {
      boolean like =
          n.op() instanceof MatMul
              && n.input(0) == x
              && n.input(1).isConstant()
              && n.input(1).shape().rank() == 2
              && n.input(1).dtype() == x.dtype();
      if (like) {
        branches.add(Branch.of(m, n));
      }
    }
    if (branches.size() < 2 || x.shape().rank() < 2) {
      return Outcome.PASSED;
    }
    List<Tensor> weights = branches.stream().map(b -> b.weights.constant()).toList();
    Value merged = m.add(new MatMul(), x, m.constant(m.value(W), Weights.joined(weights, 1)));
    if (branches.stream().anyMatch(b -> b.bias != null)) {
      List<Tensor> biases = new ArrayList<>();
      branches.forEach(b -> biases.add(bias(b)));
      merged = m.add(new Add(), merged, m.constant(Weights.joined(biases, 0)));
    }
    long[] sizes = weights.stream().mapToLong(w -> w.size(1)).toArray();
    List<Value> parts = m.addAll(new Split(-1, 0), sizes.length, merged, m.ints(sizes));
    Map<Value, Value> all = new LinkedHashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      all.put(branches.get(i).out, parts.get(i));
    }
    return m.replaceAll(all);
  }

  private static Tensor bias(Branch b) {
    return b.bias != null
        ? b.bias.constant()
        : Weights.filled(b.weights.dtype(), b.weights.constant().size(1), 0);
  }
}
