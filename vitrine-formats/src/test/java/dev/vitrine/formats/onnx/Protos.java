package dev.vitrine.formats.onnx;

import dev.vitrine.formats.onnx.OnnxModel.Proto;
import dev.vitrine.formats.onnx.OnnxModel.Reference;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds ONNX models of any kind, wrong ones too. */
final class Protos {
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<Typed> inputs = new ArrayList<>();
  private final List<Typed> outputs = new ArrayList<>();
  private final List<ProtoWriter> functions = new ArrayList<>();
  private final Map<String, Long> opsets = new LinkedHashMap<>();

  /** A model at that opset. */
  Protos(long opset) {
    opsets.put("", opset);
  }

  static OnnxNode node(String type, String inputs, String outputs, Map<String, Object> attributes) {
    return new OnnxNode("", "", type, "", 0, words(inputs), words(outputs), attributes);
  }

  /** Names separated by blanks; {@code _} is an absent one. */
  private static List<String> words(String names) {
    return names.isEmpty()
        ? List.of()
        : List.of(names.split(" ")).stream().map(s -> s.equals("_") ? "" : s).toList();
  }

  Protos node(String type, String in, String out) {
    return add(node(type, in, out, Map.of()));
  }

  Protos add(OnnxNode node) {
    nodes.add(node);
    return this;
  }

  Protos constant(String name, Tensor value) {
    initializers.put(name, value);
    return this;
  }

  Protos input(String name, long... dims) {
    inputs.add(new Typed(name, new TensorType(DType.F32, Shape.of(dims)), null));
    return this;
  }

  Protos input(Typed input) {
    inputs.add(input);
    return this;
  }

  Protos output(String name) {
    outputs.add(new Typed(name, TensorType.UNKNOWN, null));
    return this;
  }

  Protos opset(String domain, long version) {
    opsets.put(domain, version);
    return this;
  }

  /** A function of the domain {@code own}. */
  Protos function(String name, String in, String out, long opset, OnnxNode... body) {
    return function(name, in, out, opset, Map.of(), body);
  }

  Protos function(
      String name,
      String in,
      String out,
      long opset,
      Map<String, Object> defaults,
      OnnxNode... body) {
    ProtoWriter f = new ProtoWriter().text(1, name);
    words(in).forEach(s -> f.entry(4, s));
    words(out).forEach(s -> f.entry(5, s));
    for (OnnxNode n : body) {
      f.message(7, bodyNode(n));
    }
    f.message(9, new ProtoWriter().integer(2, opset));
    f.message(9, new ProtoWriter().text(1, "own").integer(2, 1)).text(10, "own");
    defaults.forEach((k, v) -> f.message(11, ModelWriter.attribute(k, v)));
    functions.add(f);
    return opset("own", 1);
  }

  private static ProtoWriter bodyNode(OnnxNode n) {
    Map<String, Object> plain = new LinkedHashMap<>(n.attributes());
    plain.values().removeIf(v -> v instanceof Reference);
    ProtoWriter out =
        ModelWriter.node(
            new OnnxNode(n.name(), n.domain(), n.type(), "", 0, n.inputs(), n.outputs(), plain));
    n.attributes()
        .forEach(
            (name, v) -> {
              if (v instanceof Reference r) {
                out.message(
                    5, new ProtoWriter().text(1, name).text(21, r.attribute()).integer(20, 1));
              }
            });
    return out;
  }

  OnnxModel model() {
    Proto graph = new Proto(nodes, initializers, inputs, outputs, List.of());
    return new OnnxModel("", opsets, graph, Map.of(), Map.of());
  }

  MemorySegment bytes() {
    ProtoWriter out = new ModelWriter(model(), null).write();
    functions.forEach(f -> out.message(25, f));
    return bytes(out);
  }

  static MemorySegment bytes(ProtoWriter message) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    message.parts().forEach(p -> all.writeBytes(p.toArray(ValueLayout.JAVA_BYTE)));
    return MemorySegment.ofArray(all.toByteArray());
  }
}
