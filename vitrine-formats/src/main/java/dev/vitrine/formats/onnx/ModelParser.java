package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.OnnxModel.Foreign;
import dev.vitrine.formats.onnx.OnnxModel.Function;
import dev.vitrine.formats.onnx.OnnxModel.FunctionKey;
import dev.vitrine.formats.onnx.OnnxModel.Proto;
import dev.vitrine.formats.onnx.OnnxModel.Reference;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads ModelProto and what is in it; field numbers are those of onnx.proto. Sub-graphs are not
 * looked into, so that no nesting in a file makes this recurse.
 */
final class ModelParser {
  private final String file;
  private final ExternalData external;
  private final TypeParser types = new TypeParser();

  private ModelParser(String file, ExternalData external) {
    this.file = file;
    this.external = external;
  }

  static OnnxModel parse(String file, MemorySegment data, ExternalData external) {
    return new ModelParser(file, external).model(new ProtoReader(file, data));
  }

  private OnnxModel model(ProtoReader in) {
    Map<String, Long> opsets = new LinkedHashMap<>();
    Map<FunctionKey, Function> functions = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    Proto graph = null;
    while (in.next()) {
      switch (in.field()) {
        case 7 -> {
          if (graph != null) {
            throw in.fault("has two graphs");
          }
          graph = graph(in.message());
        }
        case 8 -> opset(in.message(), opsets);
        case 14 -> entry(in.message(), metadata);
        case 25 -> {
          Function f = function(in.message());
          if (functions.putIfAbsent(f.key(), f) != null) {
            throw new FormatException(file + ": two functions are named '" + f.key().name() + "'");
          }
        }
        default -> {}
      }
    }
    if (graph == null) {
      throw in.fault("has no graph");
    }
    return new OnnxModel(file, opsets, graph, functions, metadata);
  }

  private static void entry(ProtoReader in, Map<String, String> entries) {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> {}
      }
    }
    entries.put(key, value);
  }

  private static void opset(ProtoReader in, Map<String, Long> opsets) {
    String domain = "";
    long version = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain = domain(in.text());
        case 2 -> version = in.integer();
        default -> {}
      }
    }
    opsets.put(domain, version);
  }

  /** ONNX's own domain has two spellings. */
  private static String domain(String text) {
    return text.equals("ai.onnx") ? "" : text;
  }

  private Proto graph(ProtoReader in) {
    List<OnnxNode> nodes = new ArrayList<>();
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    List<Typed> inputs = new ArrayList<>();
    List<Typed> outputs = new ArrayList<>();
    List<Typed> inner = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(in.message()));
        case 5 -> {
          TensorParser.Named t = TensorParser.parse(in.message(), external);
          if (t.name().isEmpty() || initializers.putIfAbsent(t.name(), t.tensor()) != null) {
            throw new FormatException(file + ": two initializers are named '" + t.name() + "'");
          }
        }
        case 11 -> inputs.add(types.typed(in.message()));
        case 12 -> outputs.add(types.typed(in.message()));
        case 13 -> inner.add(types.typed(in.message()));
        case 15 ->
            throw new FormatException(
                file + ": sparse initializers can't be read; make them dense");
        default -> {}
      }
    }
    return new Proto(nodes, initializers, inputs, outputs, inner);
  }

  private OnnxNode node(ProtoReader in) {
    String name = "";
    String domain = "";
    String type = "";
    String overload = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Object> attributes = new LinkedHashMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(in.text());
        case 2 -> outputs.add(in.text());
        case 3 -> name = in.text();
        case 4 -> type = in.text();
        case 5 -> attribute(in.message(), attributes);
        case 7 -> domain = domain(in.text());
        case 8 -> overload = in.text();
        default -> {}
      }
    }
    return new OnnxNode(name, domain, type, overload, 0, inputs, outputs, attributes);
  }

  private void attribute(ProtoReader in, Map<String, Object> attributes) {
    String name = "";
    String reference = "";
    long kind = 0;
    Object single = null;
    LongStream.Builder integers = LongStream.builder();
    List<Float> reals = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> single = in.real();
        case 3 -> single = in.integer();
        case 4 -> single = in.text();
        case 5 -> single = TensorParser.parse(in.message(), external).tensor();
        case 6 -> single = new Foreign("a sub-graph");
        case 7 -> in.reals(reals::add);
        case 8 -> in.integers(integers);
        case 9 -> texts.add(in.text());
        case 10, 11, 14, 15, 22, 23 -> single = new Foreign("of a rare kind");
        case 20 -> kind = in.integer();
        case 21 -> reference = in.text();
        default -> {}
      }
    }
    // A kind is not written by the oldest exporters; a value that equals zero is not by some
    // others.
    Object value =
        !reference.isEmpty()
            ? new Reference(reference)
            : switch ((int) kind) {
              case 1 -> single == null ? (Object) 0f : single;
              case 2 -> single == null ? (Object) 0L : single;
              case 3 -> single == null ? "" : single;
              case 6 -> List.copyOf(reals);
              case 7 -> integers.build().boxed().toList();
              case 8 -> List.copyOf(texts);
              default -> single;
            };
    if (value == null) {
      List<Long> list = kind == 0 ? integers.build().boxed().toList() : List.of();
      value = !reals.isEmpty() ? List.copyOf(reals) : !texts.isEmpty() ? List.copyOf(texts) : list;
    }
    if (attributes.putIfAbsent(name, value) != null) {
      throw new FormatException(file + ": a node has two attributes named '" + name + "'");
    }
  }

  private Function function(ProtoReader in) {
    String name = "";
    String domain = "";
    String overload = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<OnnxNode> nodes = new ArrayList<>();
    Map<String, Object> defaults = new LinkedHashMap<>();
    Map<String, Long> opsets = new LinkedHashMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 4 -> inputs.add(in.text());
        case 5 -> outputs.add(in.text());
        case 7 -> nodes.add(node(in.message()));
        case 9 -> opset(in.message(), opsets);
        case 10 -> domain = domain(in.text());
        case 11 -> attribute(in.message(), defaults);
        case 13 -> overload = in.text();
        default -> {}
      }
    }
    FunctionKey key = new FunctionKey(domain, name, overload);
    return new Function(key, inputs, outputs, nodes, defaults, opsets);
  }
}
