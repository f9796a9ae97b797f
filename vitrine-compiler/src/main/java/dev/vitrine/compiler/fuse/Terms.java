package dev.vitrine.compiler.fuse;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that depend on the size of the batch but on nothing else that comes in. */
final class Terms {
  private Terms() {}

  /** A value as a constant for a batch of n; null when it depends on more than that. */
  static Tensor at(Graph graph, Value v, String batch, long n) {
    return at(graph, v, batch, n, new HashMap<>());
  }

  private static Tensor at(Graph graph, Value v, String batch, long n, Map<Value, Tensor> known) {
    if (v.isConstant()) {
      return v.constant();
    } else if (known.containsKey(v)) {
      return known.get(v);
    }
    List<Dim> dims = graph.symbols(v);
    Tensor t = dims == null || !v.type().isStatic() ? null : symbols(v, dims, batch, n);
    Node producer = v.producer();
    if (t == null && producer != null && producer.op().isDeterministic()) {
      List<Tensor> in = new ArrayList<>();
      for (Value i : producer.inputs()) {
        Tensor x = i == null ? null : at(graph, i, batch, n, known);
        if (i != null && x == null) {
          return null;
        }
        in.add(x);
      }
      t = Evaluator.evaluate(producer, in).get(producer.outputs().indexOf(v));
    }
    known.put(v, t);
    return t;
  }

  private static Tensor symbols(Value v, List<Dim> dims, String batch, long n) {
    Tensor t = Tensor.zeros(v.type());
    for (int i = 0; i < dims.size(); i++) {
      long sum = 0;
      for (Dim.Term term : dims.get(i).terms()) {
        long product = term.factor();
        for (String name : term.names()) {
          if (!name.equals(batch)) {
            return null;
          }
          product = Math.multiplyExact(product, n);
        }
        sum = Math.addExact(sum, product);
      }
      t.set(i, sum);
    }
    return t;
  }

  /** The first part of a tensor's outermost axis of which the rest is a repetition. */
  static Tensor period(Tensor t) {
    long n = t.size(0);
    for (long p = 1; p < n; p++) {
      if (n % p == 0 && repeats(t, p)) {
        return first(t, p);
      }
    }
    return t;
  }

  private static boolean repeats(Tensor t, long p) {
    Tensor first = first(t, p);
    for (long i = p; i < t.size(0); i += p) {
      if (!first.sameAs(t.slice(i * (t.count() / t.size(0)), first.shape()))) {
        return false;
      }
    }
    return true;
  }

  private static Tensor first(Tensor t, long p) {
    return t.slice(0, t.shape().with(0, Dim.of(p)));
  }
}
