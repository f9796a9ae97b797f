package dev.vitrine.formats.onnx;

import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads ValueInfoProto: names with their types. Each unnamed unknown dimension gets a name of its
 * own.
 */
final class TypeParser {
  private int unknown;

  Typed typed(ProtoReader in) {
    String name = "";
    Typed type = new Typed("", TensorType.UNKNOWN, null);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> type = type(in.message());
        default -> {}
      }
    }
    return new Typed(name, type.type(), type.fault());
  }

  private Typed type(ProtoReader in) {
    Typed type = new Typed("", TensorType.UNKNOWN, null);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = tensor(in.message());
        case 4 -> type = new Typed("", TensorType.UNKNOWN, "a sequence");
        case 5 -> type = new Typed("", TensorType.UNKNOWN, "a map");
        case 8 -> type = new Typed("", TensorType.UNKNOWN, "a sparse tensor");
        case 9 -> type = new Typed("", TensorType.UNKNOWN, "an optional value");
        default -> {}
      }
    }
    return type;
  }

  private Typed tensor(ProtoReader in) {
    long number = 0;
    Shape shape = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> number = in.integer();
        case 2 -> shape = shape(in.message());
        default -> {}
      }
    }
    ElementType element = ElementType.of(number);
    if (element == null) {
      throw in.fault("has the unknown element type " + number);
    }
    if (element.dtype() == null) {
      String text = element.name().toLowerCase(Locale.ROOT);
      return new Typed(
          "", TensorType.UNKNOWN, element == ElementType.UNDEFINED ? null : "of type " + text);
    }
    return new Typed(
        "", shape == null ? TensorType.UNKNOWN : new TensorType(element.dtype(), shape), null);
  }

  private Shape shape(ProtoReader in) {
    List<Dim> dims = new ArrayList<>();
    while (in.next()) {
      if (in.field() == 1) {
        dims.add(dim(in.message()));
      }
    }
    return new Shape(dims);
  }

  private Dim dim(ProtoReader in) {
    Dim dim = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> dim = in.integer() >= 0 ? Dim.of(in.integer()) : null;
        case 2 -> dim = in.text().isEmpty() ? null : Dim.of(in.text());
        default -> {}
      }
    }
    return dim != null ? dim : Dim.of("unknown_" + ++unknown);
  }
}
