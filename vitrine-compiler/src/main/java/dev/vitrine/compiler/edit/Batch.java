package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Concat;
import dev.vitrine.graph.op.Expand;
import dev.vitrine.graph.op.Reshape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives the outermost axis of the first input, and of those that share its size, another size.
 * Where an exporter wrote the old size into the target of a Reshape or repeated a constant so
 * often, that is changed too.
 */
record Batch(Graph graph, Dim size) {
  void apply() {
    Value first = graph.inputs().isEmpty() ? null : graph.inputs().getFirst();
    if (first == null || !first.type().isKnown() || first.shape().rank() == 0) {
      throw new VitrineException("the first input has no axis for a batch");
    }
    Dim old = first.shape().dim(0);
    if (old.equals(size)) {
      return;
    }
    Set<Value> fed = fed();
    for (Node n : graph.nodes()) {
      if (n.op() instanceof Reshape && n.input(1).isConstant() && fed.contains(n.input(0))) {
        freeTarget(n, old);
      } else if (n.op() instanceof Concat c && fed.contains(n.output())) {
        repeatOthers(n, c, old, fed);
      }
    }
    for (Value v : List.copyOf(graph.inputs())) {
      if (v.type().isKnown() && v.shape().rank() > 0 && v.shape().dim(0).equals(old)) {
        setType(v);
      }
    }
  }

  /** The values that depend on an input. */
  private Set<Value> fed() {
    Set<Value> fed = new HashSet<>(graph.inputs());
    for (Node n : graph.nodes()) {
      if (n.inputs().stream().anyMatch(fed::contains)) {
        fed.addAll(n.outputs());
      }
    }
    return fed;
  }

  private void setType(Value input) {
    try {
      graph.setInputType(input, input.type().with(input.shape().with(0, size)));
    } catch (GraphException e) {
      throw new VitrineException(
          "the graph is made for its batch and can't take " + size + ": " + e.getMessage(), e);
    }
  }

  /** The outermost size of a target that has the old batch in it is left to be worked out. */
  private void freeTarget(Node n, Dim old) {
    long[] target = n.input(1).constant().toLongs();
    if (!n.input(0).type().isKnown() || !n.output().type().isKnown() || target.length == 0) {
      return;
    }
    Shape from = n.input(0).shape();
    Shape to = n.output().shape();
    boolean holds =
        target[0] > 0
            && from.rank() > 0
            && from.dim(0).dividedBy(old) != null
            && to.dim(0).dividedBy(old) != null;
    if (!holds) {
      return;
    }
    for (int i = 1; i < target.length; i++) {
      if (target[i] == -1 && !to.dim(i).isStatic()) {
        return;
      }
      target[i] = target[i] == -1 ? to.size(i) : target[i];
    }
    target[0] = -1;
    graph.setInput(n, 1, graph.constant(n.input(1).name(), Tensor.ints(target)));
  }

  /**
   * What is beside values of the batch but is none, such as a class token, is repeated as often.
   */
  private void repeatOthers(Node n, Concat c, Dim old, Set<Value> fed) {
    Shape out = n.output().type().isKnown() ? n.output().shape() : Shape.SCALAR;
    if (out.rank() < 2 || out.axis(c.axis()) == 0 || !out.dim(0).equals(old)) {
      return;
    }
    for (int i = 0; i < n.inputs().size(); i++) {
      Value v = n.input(i);
      if (fed.contains(v)) {
        continue;
      }
      Value one = v;
      if (!old.is(1)) {
        if (!v.isConstant() || !repeats(v.constant())) {
          throw new VitrineException(
              "'"
                  + v.name()
                  + "' is different for each of a batch of "
                  + old
                  + " and can't be for "
                  + size);
        }
        Tensor first = v.constant().slice(0, v.shape().with(0, Dim.of(1)));
        one = graph.constant(v.name(), first);
      }
      Value target = target(v.name(), v.shape());
      graph.setInput(n, i, graph.addNamed(v.name() + "_repeated", new Expand(), one, target));
    }
  }

  /** A shape with the batch in the place of its outermost size. */
  private Value target(String name, Shape shape) {
    long[] sizes = shape.sizes();
    if (size.isStatic()) {
      sizes[0] = size.size();
      return graph.constant(name + "_shape", Tensor.ints(sizes));
    }
    Value input = graph.inputs().getFirst();
    Value batch = graph.addNamed(name + "_batch", new dev.vitrine.graph.op.Shape(0, 1L), input);
    Value rest =
        graph.constant(name + "_rest", Tensor.ints(Arrays.copyOfRange(sizes, 1, sizes.length)));
    return graph.addNamed(name + "_shape", new Concat(0), batch, rest);
  }

  private static boolean repeats(Tensor t) {
    Shape one = t.shape().with(0, Dim.of(1));
    long step = t.count() / t.size(0);
    Tensor first = t.slice(0, one);
    for (long i = 1; i < t.size(0); i++) {
      if (!first.sameAs(t.slice(i * step, one))) {
        return false;
      }
    }
    return true;
  }
}
