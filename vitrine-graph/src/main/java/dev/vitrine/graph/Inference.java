package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Runs one node's type rule and symbolic evaluation. */
final class Inference {
  /** Types and symbolic elements of the outputs; null where no symbols are known. */
  record Result(List<TensorType> types, List<List<Dim>> symbols) {}

  private Inference() {}

  static Result infer(Node n, Function<Value, List<Dim>> symbols) {
    int outputs = n.outputs().size();
    List<TensorType> types = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    List<List<Dim>> dims = new ArrayList<>();
    for (Value v : n.inputs()) {
      types.add(v == null ? null : v.type());
      tensors.add(v == null ? null : v.constant());
      dims.add(v == null ? null : symbols.apply(v));
    }
    Inputs in = new Inputs(types, tensors, dims, outputs);
    List<TensorType> inferred;
    try {
      inferred = n.op().infer(in);
      if (inferred.size() < outputs) {
        throw new GraphException("has " + outputs + " outputs but gives " + inferred.size());
      }
    } catch (Inputs.NotKnown e) {
      inferred = Collections.nCopies(outputs, TensorType.UNKNOWN);
    } catch (GraphException e) {
      throw new GraphException(n.fault(e.getMessage()).getMessage(), e);
    } catch (ArithmeticException e) {
      throw new GraphException(n.fault("sizes overflow").getMessage(), e);
    }
    List<List<Dim>> known = new ArrayList<>(Collections.nCopies(outputs, null));
    try {
      List<List<Dim>> s = n.op().symbols(in);
      for (int i = 0; i < Math.min(s.size(), outputs); i++) {
        known.set(i, s.get(i));
      }
    } catch (Inputs.NotKnown e) {
      // Nothing known.
    }
    return new Result(inferred, known);
  }
}
