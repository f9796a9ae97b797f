package dev.vitrine.compiler.edit;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.Verifier;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Changes a graph step by step. Every step is checked as a whole: it either succeeds, or leaves the
 * graph as it was and throws a {@link VitrineException} that names what is at fault.
 *
 * <pre>
 * Graph g = GraphEditor.of(graph).append("argmax:axis=1,keepdims=1").rename("input", "pixels").graph();
 * </pre>
 */
public final class GraphEditor {
  private Graph graph;

  private GraphEditor(Graph graph) {
    this.graph = graph;
  }

  /** An editor of a copy of a graph; tensors are shared. */
  public static GraphEditor of(Graph graph) {
    return new GraphEditor(graph.copy());
  }

  /** The graph after all steps so far. */
  public Graph graph() {
    return graph;
  }

  private GraphEditor step(Consumer<Graph> change) {
    Graph copy = graph.copy();
    change.accept(copy);
    copy.removeDead();
    copy.inferAll();
    Verifier.verify(copy);
    graph = copy;
    return this;
  }

  /**
   * Puts an operation behind an output, which it replaces in the list of outputs.
   *
   * @param spec {@code KIND:key=value,…}: {@code argmax} (axis, keepdims, last), {@code softmax}
   *     (axis), {@code topk} (k, axis, largest, sorted; gives NAME and NAME.indices), {@code
   *     l2norm} (axis, epsilon); for all of them {@code of} (the output; needed when there are
   *     several), {@code name} (of the new output; default the kind) and {@code keep=1} (keep the
   *     old output too). The axis is by default that of the channels: 1 of four, else the last.
   */
  public GraphEditor append(String spec) {
    Append append = Append.parse(spec);
    return step(append::apply);
  }

  /**
   * Puts a linear classifier behind the features; its scores, {@code logits}, become the only
   * output.
   *
   * @param weight f32[classes, width], as PyTorch's Linear has it
   * @param bias f32[classes]
   * @param pooling what it takes: {@code cls}, the output of that name; {@code mean}, the mean of
   *     the output {@code patch} over the patches; {@code cls-mean}, one after the other; {@code
   *     gem}, the patches' generalised mean with p = 3; or any output [n, width]
   */
  public GraphEditor head(Tensor weight, Tensor bias, String pooling) {
    return step(g -> new Head(weight, bias, pooling).apply(g));
  }

  /**
   * Chooses the outputs, in that order.
   *
   * @param names of outputs or of any inner value; {@code name=value} gives an output a name
   */
  public GraphEditor outputs(List<String> names) {
    return step(
        g -> {
          Map<String, Value> chosen = new LinkedHashMap<>();
          for (String text : names) {
            int equals = text.indexOf('=');
            Value v = Names.value(g, text.substring(equals + 1));
            String name = equals < 0 ? text : text.substring(0, equals);
            if (name.isEmpty() || chosen.putIfAbsent(name, v) != null) {
              throw new VitrineException("output '" + name + "' is named twice or has no name");
            }
          }
          setOutputs(g, chosen);
        });
  }

  private static void setOutputs(Graph g, Map<String, Value> outputs) {
    if (outputs.isEmpty()) {
      throw new VitrineException("a graph needs an output; name one of its values");
    }
    List.copyOf(g.outputs().keySet()).forEach(g::removeOutput);
    outputs.forEach(g::output);
  }

  /**
   * Cuts the graph so that it starts at those values: an inner value becomes an input of its type,
   * and inputs that are not named go. What is not named must not be needed.
   */
  public GraphEditor inputs(List<String> names) {
    return step(
        g -> {
          for (String name : names) {
            Value v = Names.value(g, name);
            if (v.isConstant()) {
              throw new VitrineException(
                  "'" + name + "' is a constant; only computed values can become inputs");
            } else if (v.producer() != null) {
              makeInput(g, v);
            }
          }
          g.removeDead();
          for (Value v : List.copyOf(g.inputs())) {
            if (!names.contains(v.name())) {
              dropInput(g, v);
            }
          }
        });
  }

  private static void makeInput(Graph g, Value v) {
    if (!v.type().isKnown()) {
      throw new VitrineException(
          "'"
              + v.name()
              + "' can't become an input: its type is not known; state the shapes of the inputs");
    }
    String name = v.name();
    Value input = g.input(g.freshName(name), v.type());
    g.replace(v, input);
    g.removeDead();
    if (g.value(name) != null) {
      g.rename(v, g.freshName(name + "_cut"));
    }
    g.rename(input, name);
  }

  private static void dropInput(Graph g, Value v) {
    if (!v.users().isEmpty() || g.isOutput(v)) {
      String reader =
          v.users().isEmpty() ? "an output" : "node '" + v.users().getFirst().name() + "'";
      throw new VitrineException(
          "input '"
              + v.name()
              + "' is needed by "
              + reader
              + "; keep it, or cut the graph behind that");
    }
    g.remove(v);
  }

  /** Removes an input that nothing reads. */
  public GraphEditor dropInput(String name) {
    return step(g -> dropInput(g, Names.input(g, name)));
  }

  /** Gives an output, an input or an inner value another name. */
  public GraphEditor rename(String from, String to) {
    return step(
        g -> {
          boolean output = g.outputs().containsKey(from);
          if (output && g.outputs().containsKey(to)) {
            throw new VitrineException(
                "there is an output '" + to + "' already; choose another name");
          }
          Value v = g.value(from);
          if (v == null && !output) {
            throw Names.unknown("value", from, Names.all(g));
          }
          if (v != null && g.value(to) != null) {
            throw new VitrineException(
                "there is a value '" + to + "' already; choose another name");
          }
          if (v != null) {
            g.rename(v, to);
          }
          if (output) {
            Map<String, Value> renamed = new LinkedHashMap<>();
            g.outputs().forEach((name, value) -> renamed.put(name.equals(from) ? to : name, value));
            setOutputs(g, renamed);
          }
        });
  }

  /**
   * Gives the outermost axis of the first input that size, and that of other inputs that had the
   * same; an export for one batch is changed inside as well.
   */
  public GraphEditor batch(long n) {
    if (n < 1) {
      throw new VitrineException("a batch can't be " + n + "; state a number from 1 on");
    }
    return step(g -> new Batch(g, Dim.of(n)).apply());
  }

  /** As {@link #batch} with a name: any size goes at run time. */
  public GraphEditor freeBatch(String name) {
    return step(g -> new Batch(g, Dim.of(name)).apply());
  }

  /** Gives an input a shape of the same rank. */
  public GraphEditor shape(String input, Shape shape) {
    return step(
        g -> {
          Value v = Names.input(g, input);
          if (v.type().isKnown() && v.shape().rank() != shape.rank()) {
            throw new VitrineException(
                "input '"
                    + input
                    + "' has "
                    + v.shape().rank()
                    + " axes ("
                    + v.shape()
                    + "), not "
                    + shape);
          }
          g.setInputType(v, new TensorType(v.type().isKnown() ? v.dtype() : DType.F32, shape));
        });
  }

  /** Puts another tensor of the same element type in the place of a constant. */
  public GraphEditor constant(String name, Tensor tensor) {
    return step(
        g -> {
          Value old = Names.value(g, name);
          if (!old.isConstant()) {
            throw new VitrineException("'" + name + "' is no constant; it is computed or an input");
          }
          if (old.dtype() != tensor.dtype()) {
            throw new VitrineException(
                "constant '"
                    + name
                    + "' is "
                    + old.type()
                    + "; "
                    + tensor.type()
                    + " can't replace it");
          }
          Value now = g.constant(name, tensor);
          g.replace(old, now);
          g.remove(old);
          g.rename(now, name);
        });
  }

  /**
   * Changes an attribute of a node.
   *
   * @param node its name, or that of one of its outputs
   * @param value a number, a name, true or false, or a list such as {@code [1, 2]}
   */
  public GraphEditor attribute(String node, String attribute, String value) {
    return step(
        g -> {
          Node n = Names.node(g, node);
          Map<String, Object> attributes = Attributes.of(n.op());
          if (!attributes.containsKey(attribute)) {
            throw Names.unknown("attribute of " + n.op().name(), attribute, attributes.keySet());
          }
          attributes.put(attribute, parsed(value));
          replace(g, n, Attributes.build(n.op().getClass(), attributes));
        });
  }

  private static void replace(Graph g, Node n, Op op) {
    List<String> names = n.outputs().stream().map(Value::name).toList();
    List<String> fresh = new ArrayList<>();
    names.forEach(name -> fresh.add(g.freshName(name)));
    g.placeAt(n);
    Node now = g.node(n.name(), op, n.inputs(), fresh);
    g.placeAt(null);
    for (int i = 0; i < names.size(); i++) {
      g.replace(n.outputs().get(i), now.outputs().get(i));
    }
    g.remove(n);
    for (int i = 0; i < names.size(); i++) {
      g.rename(now.outputs().get(i), names.get(i));
    }
  }

  private static Object parsed(String text) {
    String s = text.strip();
    if (s.startsWith("[") && s.endsWith("]")) {
      List<Object> out = new ArrayList<>();
      for (String part : s.substring(1, s.length() - 1).split(",")) {
        if (!part.isBlank()) {
          out.add(parsed(part));
        }
      }
      return out;
    } else if (s.matches("[+-]?\\d{1,18}")) {
      return Long.parseLong(s);
    } else if (s.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      return Float.parseFloat(s);
    } else if (s.equals("true") || s.equals("false")) {
      return Boolean.parseBoolean(s);
    }
    DType type = DType.parse(s);
    return type == null ? s : type;
  }
}
