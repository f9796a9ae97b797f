package dev.vitrine.formats.onnx;

import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes ModelProto and what is in it; field numbers are those of onnx.proto. */
final class ModelWriter {
  /** Tensors below this size stay in the model even when the others are beside it. */
  private static final long SMALL = 1024;

  /** What the start of each tensor in a data file is a multiple of. */
  private static final long ALIGNMENT = 64;

  private final OnnxModel model;

  /** Data file of the large initializers; null when all are in the model. */
  private final String dataFile;

  private final List<MemorySegment> data = new ArrayList<>();
  private long dataSize;

  ModelWriter(OnnxModel model, String dataFile) {
    this.model = model;
    this.dataFile = dataFile;
  }

  /** The bytes of the data file; filled by {@link #write}. */
  List<MemorySegment> data() {
    return data;
  }

  ProtoWriter write() {
    long opset = model.opsets().get("");
    ProtoWriter out = new ProtoWriter();
    out.integer(1, irVersion(opset)).text(2, "vitrine").message(7, graph());
    model
        .opsets()
        .forEach((domain, v) -> out.message(8, new ProtoWriter().text(1, domain).integer(2, v)));
    model
        .metadata()
        .forEach((key, v) -> out.message(14, new ProtoWriter().text(1, key).text(2, v)));
    return out;
  }

  /** The version of the file format that came with an opset. */
  private static long irVersion(long opset) {
    return opset >= 25
        ? 12
        : opset >= 23 ? 11 : opset >= 21 ? 10 : opset >= 19 ? 9 : opset >= 15 ? 8 : 7;
  }

  private ProtoWriter graph() {
    ProtoWriter out = new ProtoWriter();
    model.graph().nodes().forEach(n -> out.message(1, node(n)));
    out.text(2, "graph");
    model.graph().initializers().forEach((name, t) -> out.message(5, initializer(name, t)));
    model.graph().inputs().forEach(t -> out.message(11, typed(t)));
    model.graph().outputs().forEach(t -> out.message(12, typed(t)));
    model.graph().inner().forEach(t -> out.message(13, typed(t)));
    return out;
  }

  static ProtoWriter node(OnnxNode n) {
    ProtoWriter out = new ProtoWriter();
    n.inputs().forEach(s -> out.entry(1, s));
    n.outputs().forEach(s -> out.entry(2, s));
    out.text(3, n.name()).text(4, n.type());
    n.attributes().forEach((name, v) -> out.message(5, attribute(name, v)));
    return out.text(7, n.domain());
  }

  static ProtoWriter attribute(String name, Object value) {
    ProtoWriter out = new ProtoWriter().text(1, name);
    return switch (value) {
      case Float f -> out.real(2, f).integer(20, 1);
      case Long i -> out.integer(3, i).integer(20, 2);
      case String s -> out.entry(4, s).integer(20, 3);
      case Tensor t -> out.message(5, head("", t).bytes(9, Packing.packed(t))).integer(20, 4);
      case List<?> list -> list(out, list);
      default -> throw new IllegalStateException(name + " = " + value);
    };
  }

  private static ProtoWriter list(ProtoWriter out, List<?> list) {
    if (!list.isEmpty() && list.getFirst() instanceof Float) {
      list.forEach(v -> out.real(7, (Float) v));
      return out.integer(20, 6);
    }
    if (!list.isEmpty() && list.getFirst() instanceof String) {
      list.forEach(v -> out.entry(9, (String) v));
      return out.integer(20, 8);
    }
    list.forEach(v -> out.integer(8, (Long) v));
    return out.integer(20, 7);
  }

  /** A TensorProto but for its data. */
  private static ProtoWriter head(String name, Tensor t) {
    ProtoWriter out = new ProtoWriter();
    List<Long> dims = t.shape().dims().stream().map(Dim::size).toList();
    if (!dims.isEmpty()) {
      out.integers(1, dims);
    }
    return out.integer(2, ElementType.of(t.dtype()).ordinal()).text(8, name);
  }

  private ProtoWriter initializer(String name, Tensor t) {
    ProtoWriter out = head(name, t);
    MemorySegment bytes = Packing.packed(t);
    if (dataFile == null || bytes.byteSize() < SMALL) {
      return out.bytes(9, bytes);
    }
    long gap = -dataSize & (ALIGNMENT - 1);
    if (gap > 0) {
      data.add(MemorySegment.ofArray(new byte[(int) gap]));
    }
    long offset = dataSize + gap;
    data.add(bytes);
    dataSize = Math.addExact(offset, bytes.byteSize());
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("location", dataFile);
    entries.put("offset", Long.toString(offset));
    entries.put("length", Long.toString(bytes.byteSize()));
    entries.forEach((k, v) -> out.message(13, new ProtoWriter().text(1, k).text(2, v)));
    return out.integer(14, 1);
  }

  private static ProtoWriter typed(Typed t) {
    ProtoWriter out = new ProtoWriter().text(1, t.name());
    if (!t.type().isKnown()) {
      return out;
    }
    ProtoWriter shape = new ProtoWriter();
    for (Dim d : t.type().shape().dims()) {
      ProtoWriter dim = new ProtoWriter();
      shape.message(1, d.isStatic() ? dim.integer(1, d.size()) : dim.entry(2, d.toString()));
    }
    ProtoWriter tensor = new ProtoWriter();
    tensor.integer(1, ElementType.of(t.type().dtype()).ordinal()).message(2, shape);
    return out.message(2, new ProtoWriter().message(1, tensor));
  }
}
