package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.OnnxModel.Function;
import dev.vitrine.formats.onnx.OnnxModel.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the bodies of a model's own functions in place of the nodes that call them. */
final class FunctionInliner {
  private static final int DEEPEST = 64;
  private static final int MOST_NODES = 1_000_000;

  private final OnnxModel model;
  private final List<OnnxNode> out = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private int visited;

  FunctionInliner(OnnxModel model) {
    this.model = model;
    taken.addAll(model.graph().initializers().keySet());
    model.graph().inputs().forEach(t -> taken.add(t.name()));
    model.graph().nodes().forEach(n -> taken.addAll(n.outputs()));
  }

  /** All nodes, each with the opset that it is written in. */
  List<OnnxNode> inline() {
    model.graph().nodes().forEach(n -> add(n, model.opsets(), 0));
    return out;
  }

  private void add(OnnxNode n, Map<String, Long> opsets, int depth) {
    if (++visited > MOST_NODES) {
      throw new FormatException(model.file() + ": unfolds to more than " + MOST_NODES + " nodes");
    }
    Function f = model.functions().get(n.key());
    if (f == null) {
      out.add(n.withVersion(opsets.getOrDefault(n.domain(), n.domain().isEmpty() ? 0L : 1L)));
      return;
    }
    if (depth == DEEPEST) {
      throw new FormatException(
          model.file()
              + ": function '"
              + n.type()
              + "' calls itself, or calls are nested too deep");
    }
    if (n.inputs().size() > f.inputs().size() || n.outputs().size() > f.outputs().size()) {
      throw new FormatException(
          model.file() + ": node '" + n.label() + "' doesn't fit the function '" + n.type() + "'");
    }
    Map<String, String> names = new HashMap<>();
    names.put("", "");
    for (int i = 0; i < f.inputs().size(); i++) {
      names.put(f.inputs().get(i), i < n.inputs().size() ? n.inputs().get(i) : "");
    }
    for (int i = 0; i < n.outputs().size(); i++) {
      String to = n.outputs().get(i);
      if (!to.isEmpty() && names.putIfAbsent(f.outputs().get(i), to) != null) {
        // An output that is an input, or is listed twice, needs a node of its own.
        out.add(
            new OnnxNode(
                "",
                "",
                "Identity",
                "",
                14,
                List.of(names.get(f.outputs().get(i))),
                List.of(to),
                Map.of()));
      }
    }
    for (OnnxNode inner : f.nodes()) {
      add(renamed(inner, n, f, names), f.opsets(), depth + 1);
    }
  }

  private OnnxNode renamed(OnnxNode inner, OnnxNode call, Function f, Map<String, String> names) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    inner
        .attributes()
        .forEach(
            (name, v) -> {
              Object value = v;
              if (v instanceof Reference r) {
                value =
                    call.attributes().getOrDefault(r.attribute(), f.defaults().get(r.attribute()));
              }
              if (value != null) {
                attributes.put(name, value);
              }
            });
    String prefix = call.label() + "/";
    return new OnnxNode(
        inner.name().isEmpty() ? "" : prefix + inner.name(),
        inner.domain(),
        inner.type(),
        inner.overload(),
        0,
        inner.inputs().stream().map(s -> names.computeIfAbsent(s, _ -> fresh(prefix + s))).toList(),
        inner.outputs().stream()
            .map(s -> names.computeIfAbsent(s, _ -> fresh(prefix + s)))
            .toList(),
        attributes);
  }

  private String fresh(String name) {
    String free = name;
    for (int i = 1; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }
}
