package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads one TensorProto message. Raw, float, double and external data stay where they are: the
 * tensor is a view of the file, unless its elements are packed.
 */
final class TensorParser {
  /** A tensor with its name, which may be empty. */
  record Named(String name, Tensor tensor) {}

  private final String file;
  private final LongStream.Builder dims = LongStream.builder();
  private final LongStream.Builder integers = LongStream.builder();
  private final List<MemorySegment> reals = new ArrayList<>();
  private final Map<String, String> external = new LinkedHashMap<>();
  private long type;
  private boolean isExternal;
  private String name = "";

  private TensorParser(String file) {
    this.file = file;
  }

  /**
   * The tensor of a message.
   *
   * @throws UnsupportedException for an element type that Vitrine doesn't have
   */
  static Named parse(ProtoReader in, ExternalData external) {
    TensorParser p = new TensorParser(in.file());
    p.read(in);
    return new Named(p.name, p.tensor(external));
  }

  private void read(ProtoReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.integers(dims);
        case 2 -> type = in.integer();
        case 3 -> throw fault("is stored in segments, which nothing writes");
        case 4 -> reals.add(in.fixed(4));
        case 5, 7, 11 -> in.integers(integers);
        case 8 -> name = in.text();
        case 9 -> reals.add(in.bytes());
        case 10 -> reals.add(in.fixed(8));
        case 13 -> entry(in.message(), external);
        case 14 -> isExternal = in.integer() == 1;
        default -> {}
      }
    }
  }

  /** A StringStringEntryProto. */
  static void entry(ProtoReader in, Map<String, String> into) {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> {}
      }
    }
    into.put(key, value);
  }

  private Tensor tensor(ExternalData files) {
    DType dtype = dtype();
    long[] sizes = dims.build().toArray();
    TensorType t;
    long bytes;
    try {
      t = new TensorType(dtype, Shape.of(sizes));
      bytes = Packing.bytes(t);
    } catch (GraphException | ArithmeticException e) {
      throw new FormatException(where() + " has sizes that make no sense", e);
    }
    if (isExternal) {
      return Packing.unpacked(t, files.slice(where(), external, bytes));
    }
    long[] values = integers.build().toArray();
    if (values.length > 0) {
      return integers(t, bytes, values);
    }
    // None at all is how an empty tensor is often written.
    MemorySegment data = reals.size() == 1 ? reals.getFirst() : joined();
    if (data.byteSize() != bytes) {
      throw fault("needs " + bytes + " bytes for " + t + " but has " + data.byteSize());
    }
    return Packing.unpacked(t, data);
  }

  private DType dtype() {
    ElementType element = ElementType.of(type);
    if (element == null || element == ElementType.UNDEFINED) {
      throw fault("has the unknown element type " + type);
    }
    if (element.dtype() == null) {
      throw new UnsupportedException(
          where()
              + " has elements of type "
              + element.name().toLowerCase(Locale.ROOT)
              + ", which Vitrine doesn't have");
    }
    return element.dtype();
  }

  /** Elements that are stored as integers: floats by their bits, packed ones a byte at a time. */
  private Tensor integers(TensorType t, long bytes, long[] values) {
    int width = t.dtype().bytes();
    if (values.length != bytes / width || t.dtype() == DType.F32 || t.dtype() == DType.F64) {
      throw fault("has " + values.length + " integers in place of " + t);
    }
    DType as =
        t.dtype().isFloat() && width == 2
            ? DType.U16
            : t.dtype().isFloat() || t.dtype().bits() < Byte.SIZE ? DType.U8 : t.dtype();
    Tensor bits = Tensor.zeros(as, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      bits.set(i, values[i]);
    }
    return Packing.unpacked(t, bits.data());
  }

  /** Unpacked or split lists, one after the other. */
  private MemorySegment joined() {
    long size = reals.stream().mapToLong(MemorySegment::byteSize).sum();
    MemorySegment all = Tensor.zeros(DType.U8, Shape.of(size)).data();
    long at = 0;
    for (MemorySegment part : reals) {
      MemorySegment.copy(part, 0, all, at, part.byteSize());
      at += part.byteSize();
    }
    return all;
  }

  private String where() {
    return file + ": tensor '" + name + "'";
  }

  private FormatException fault(String what) {
    return new FormatException(where() + " " + what + "; export the model again");
  }
}
