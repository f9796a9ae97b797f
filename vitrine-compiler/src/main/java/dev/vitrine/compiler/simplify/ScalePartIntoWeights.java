package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.commutative;
import static dev.vitrine.compiler.rewrite.Pattern.constant;
import static dev.vitrine.compiler.rewrite.Pattern.oneOf;
import static dev.vitrine.compiler.rewrite.Pattern.op;

import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Rearrangement;
import dev.vitrine.compiler.rewrite.Rearrangement.Factor;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Div;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A single number by which a part of a product's columns is multiplied, such as the queries of one
 * product for queries, keys and values, goes into those columns of the weights.
 */
final class ScalePartIntoWeights implements Rule {
  private static final Pattern X = any().where(v -> Rearrangement.isViewOrPart(v.producer()));
  private static final Pattern C = constant().where(v -> v.constant().count() == 1);
  private static final Pattern OVER = op(Div.class, X, C);
  private static final Pattern SCALED = oneOf(commutative(Mul.class, X, C), OVER);

  @Override
  public Pattern pattern() {
    return SCALED;
  }

  @Override
  public Outcome apply(Match m) {
    Value x = m.value(X);
    if (!x.dtype().isFloat() || !x.type().equals(m.root().output().type())) {
      return Outcome.PASSED;
    }
    List<Value> steps = new ArrayList<>();
    Value source = x;
    for (; Rearrangement.isViewOrPart(source.producer()); source = source.producer().input(0)) {
      steps.addFirst(source);
    }
    Product product = Product.of(source);
    Rearrangement r = product == null ? null : Rearrangement.of(source, steps);
    BitSet columns = r == null ? null : columns(r);
    if (columns == null || columns.cardinality() == product.weights.shape().size(1)) {
      return Outcome.PASSED;
    }
    if (!m.graph().usedOnce(x) || !readsApart(m, source, steps, columns)) {
      return m.missed(Reason.USED_ELSEWHERE, "other parts have some of the columns");
    }
    double by = m.value(C).constant().real(0);
    Tensor factors = Weights.filled(x.dtype(), product.weights.shape().size(1), 1);
    columns.stream().forEach(c -> factors.set(c, m.value(OVER) == null ? by : 1 / by));
    Map<Value, Value> all = new LinkedHashMap<>();
    all.put(source, product.scaled(m, factors));
    all.put(m.root().output(), x);
    return m.replaceAll(all);
  }

  /** A value that is a product with a constant matrix, plus a constant vector or null. */
  private record Product(Value x, Value weights, Value bias) {
    static Product of(Value v) {
      Node n = v.producer();
      if (n != null && n.op() instanceof Add) {
        int c = n.input(0).isConstant() ? 0 : 1;
        Node product = n.input(1 - c).producer();
        Value bias = n.input(c);
        boolean sum =
            bias.isConstant()
                && bias.shape().rank() == 1
                && product != null
                && isProduct(product)
                && product.output().users().size() == 1
                && bias.shape().dim(0).equals(product.input(1).shape().dim(1));
        return sum ? new Product(product.input(0), product.input(1), bias) : null;
      }
      return n != null && isProduct(n) ? new Product(n.input(0), n.input(1), null) : null;
    }

    private static boolean isProduct(Node n) {
      return n.op() instanceof MatMul
          && n.input(1).isConstant()
          && n.input(1).shape().rank() == 2
          && n.input(1).users().size() == 1;
    }

    Value scaled(Match m, Tensor factors) {
      Value w = m.constant(weights, Weights.scaled(weights.constant(), 1, factors));
      Value y = m.add(new MatMul(), x, w);
      return bias == null
          ? y
          : m.add(new Add(), y, m.constant(bias, Weights.scaled(bias.constant(), 0, factors)));
    }
  }

  /** The columns of the source that are in the value; null when other axes are cut too. */
  private static BitSet columns(Rearrangement r) {
    List<List<Factor>> axes = r.source();
    boolean rows =
        axes.subList(0, axes.size() - 1).stream()
            .flatMap(List::stream)
            .allMatch(f -> r.fixed(f) == null);
    Shape last = new Shape(axes.getLast().stream().map(Factor::size).toList());
    if (!rows || !last.isStatic()) {
      return null;
    }
    BitSet out = new BitSet();
    for (int c = 0; c < last.count(); c++) {
      long rest = c;
      boolean in = true;
      for (Factor f : axes.getLast().reversed()) {
        in &= r.fixed(f) == null || r.fixed(f) == rest % f.size().size();
        rest /= f.size().size();
      }
      out.set(c, in);
    }
    return out;
  }

  /** Whether all that is read beside the chain of steps is parts of other columns. */
  private static boolean readsApart(Match m, Value source, List<Value> steps, BitSet columns) {
    for (int i = 0; i < steps.size(); i++) {
      Value from = i == 0 ? source : steps.get(i - 1);
      if (m.graph().isOutput(from)) {
        return false;
      }
      for (Node user : from.users()) {
        for (Value part : user.outputs()) {
          List<Value> path = new ArrayList<>(steps.subList(0, i));
          path.add(part);
          boolean read = !part.users().isEmpty() || m.graph().isOutput(part);
          if (part != steps.get(i) && read && !isApart(source, path, columns)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isApart(Value source, List<Value> path, BitSet columns) {
    Rearrangement r = Rearrangement.of(source, path);
    BitSet others = r == null ? null : columns(r);
    return others != null && !others.intersects(columns);
  }
}
