package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Cuts x along an axis: into parts of the sizes in input 1, or into {@code numOutputs} parts (0: as
 * many as the node has outputs), all equal but the last, which may be smaller. ONNX Split, opset
 * 18.
 */
public record Split(long axis, long numOutputs) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    List<Dim> sizes = sizes(in);
    return sizes.stream().map(d -> in.type(0).with(s.with(s.axis(axis), d))).toList();
  }

  private List<Dim> sizes(Inputs in) {
    Dim all = in.shape(0).dim(in.shape(0).axis(axis));
    if (in.has(1)) {
      List<Dim> sizes = in.sizes(1);
      Dim sum = sizes.stream().reduce(Dim.of(0), Dim::plus);
      Check.same(sum, all, "the parts' sum is not the axis's size");
      return sizes;
    }
    int parts = numOutputs == 0 ? in.outputs() : Math.toIntExact(numOutputs);
    Dim part = all.dividedBy(Dim.of(parts));
    if (part == null && !all.isStatic()) {
      List<Dim> parted = new ArrayList<>(Collections.nCopies(parts - 1, in.fresh(0)));
      parted.add(in.fresh(1));
      return parted;
    } else if (part == null) {
      long size = Math.ceilDiv(all.size(), parts);
      List<Dim> uneven = new ArrayList<>(Collections.nCopies(parts - 1, Dim.of(size)));
      uneven.add(Dim.of(all.size() - size * (parts - 1)));
      return uneven;
    }
    return Collections.nCopies(parts, part);
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    int at = x.shape().axis(axis);
    long[] strides = Strides.of(x.shape());
    List<Tensor> out = new ArrayList<>();
    long base = 0;
    for (TensorType type : infer(in)) {
      out.add(Strides.gather(x, base, strides, type.shape()));
      base += type.shape().size(at) * strides[at];
    }
    return out;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.moved(this, in, 1);
  }
}
