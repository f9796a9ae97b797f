package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a caller says of the inputs' shapes: each named size that it fixes is fixed everywhere. */
final class InputSizes {
  private final String file;
  private final Map<Dim, Dim> sizes = new HashMap<>();

  /**
   * @param shapes by input name
   * @throws FormatException when a shape doesn't suit its input, or two of them don't suit each
   *     other
   */
  InputSizes(String file, List<Typed> inputs, Map<String, Shape> shapes) {
    this.file = file;
    shapes.forEach(
        (name, shape) ->
            fix(
                inputs.stream()
                    .filter(t -> t.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            fault(
                                "there is no input '"
                                    + name
                                    + "'; there are "
                                    + inputs.stream().map(Typed::name).toList())),
                shape));
  }

  private void fix(Typed input, Shape shape) {
    String name = "input '" + input.name() + "'";
    if (!input.type().isKnown()) {
      throw fault(name + " has no stated type; export the model again");
    }
    Shape stated = input.type().shape();
    boolean fits = stated.rank() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = !stated.dim(i).isStatic() || stated.dim(i).equals(shape.dim(i));
    }
    if (!fits) {
      throw fault(name + " takes " + stated.compact() + ", not " + shape.compact());
    }
    for (int i = 0; i < shape.rank(); i++) {
      Dim named = stated.dim(i);
      Dim other = named.isStatic() ? null : sizes.putIfAbsent(named, shape.dim(i));
      if (other != null && !other.equals(shape.dim(i))) {
        throw fault("size '" + named + "' can't be both " + other + " and " + shape.dim(i));
      }
    }
  }

  /** A type with the sizes that are fixed. */
  TensorType of(TensorType type) {
    if (!type.isKnown() || sizes.isEmpty()) {
      return type;
    }
    return type.with(
        new Shape(type.shape().dims().stream().map(d -> sizes.getOrDefault(d, d)).toList()));
  }

  private FormatException fault(String what) {
    return new FormatException(file + ": " + what);
  }
}
