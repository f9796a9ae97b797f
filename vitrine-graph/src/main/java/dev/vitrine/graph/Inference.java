package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs one node's type rule and symbolic evaluation. */
final class Inference {
  /**
   * Types and symbolic elements of the outputs; null where no symbols, or no element's, are known.
   */
  record Result(List<TensorType> types, List<List<Dim>> symbols) {}

  private Inference() {}

  static Result infer(Node n, Function<Value, List<Dim>> symbols) {
    int outputs = n.outputs().size();
    List<TensorType> types = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    List<List<Dim>> dims = new ArrayList<>();
    for (Value v : n.inputs()) {
      types.add(v == null ? null : v.type());
      dims.add(v == null ? null : symbols.apply(v));
      tensors.add(v == null ? null : known(v, dims.getLast()));
    }
    Inputs in = new Inputs(types, tensors, dims, outputs, n.output().name());
    List<TensorType> inferred = attempt(n, () -> n.op().infer(in));
    if (inferred != null && inferred.size() < outputs) {
      throw n.fault("has " + outputs + " outputs but gives " + inferred.size());
    }
    List<List<Dim>> known = attempt(n, () -> symbols(n.op(), in));
    List<List<Dim>> padded = new ArrayList<>(known == null ? List.of() : known);
    while (padded.size() < outputs) {
      padded.add(null);
    }
    return new Result(
        inferred == null ? Collections.nCopies(outputs, TensorType.UNKNOWN) : inferred, padded);
  }

  /** A constant, or numbers that shape arithmetic came to; null for other values. */
  private static Tensor known(Value v, List<Dim> symbols) {
    if (v.isConstant() || symbols == null) {
      return v.constant();
    }
    if (!v.type().isStatic() || !symbols.stream().allMatch(d -> d != null && d.isStatic())) {
      return null;
    }
    Tensor t = Tensor.zeros(v.type());
    for (int i = 0; i < symbols.size(); i++) {
      t.set(i, symbols.get(i).size());
    }
    return t;
  }

  /** Values are not sizes: where they outgrow a long, none is known. */
  private static List<List<Dim>> symbols(Op op, Inputs in) {
    try {
      return op.symbols(in);
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** What a rule says; null when it asked for what isn't known. */
  private static <T> T attempt(Node n, Supplier<T> rule) {
    try {
      return rule.get();
    } catch (Inputs.NotKnown e) {
      return null;
    } catch (GraphException e) {
      throw new GraphException(n.fault(e.getMessage()).getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NoSuchElementException e) {
      throw new GraphException(
          n.fault("doesn't suit its inputs: " + e.getMessage()).getMessage(), e);
    }
  }
}
