package dev.vitrine.compiler.quantize;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.FusedAttention;
import dev.vitrine.compiler.fused.Gate;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Gather;
import dev.vitrine.graph.op.LayerNormalization;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Split;
import dev.vitrine.graph.op.Transpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the channels of some products' inputs can be scaled without a trace: the constants of a
 * normalisation, or the columns of a product that values, or the plain half of a gate, come from.
 *
 * @param node a LayerNormalization or Linear
 * @param from its first channel that is meant; there are as many as the readers are deep
 */
record Source(Node node, int from) {
  /** The products that read a source's channels, and nothing else does. */
  record Group(Source source, List<Product> readers) {}

  /**
   * A step on the way from a source to a product.
   *
   * @param from the first of the value's channels that the way carries
   */
  private record Edge(Value value, Node user, int from) {}

  /** The way from a product's x up to its source. */
  private record Route(Source source, List<Edge> edges) {}

  /**
   * Groups products by source; one without a source is alone with null in its place.
   *
   * @param through whether sources beyond attention count
   */
  static List<Group> groups(Graph graph, List<Product> products, boolean through) {
    Map<Source, List<Product>> bySource = new LinkedHashMap<>();
    Map<Product, Route> routes = new LinkedHashMap<>();
    for (Product p : products) {
      Route route = route(p, through);
      routes.put(p, route);
      if (route != null) {
        bySource.computeIfAbsent(route.source, _ -> new ArrayList<>()).add(p);
      }
    }
    Map<Product, Group> out = new LinkedHashMap<>();
    for (Product p : products) {
      Route route = routes.get(p);
      List<Product> readers = route == null ? List.of(p) : bySource.get(route.source);
      if (route != null && isAlone(graph, readers.stream().map(routes::get).toList(), p.depth())) {
        out.putIfAbsent(readers.getFirst(), new Group(route.source, readers));
      } else {
        out.put(p, new Group(null, List.of(p)));
      }
    }
    return List.copyOf(out.values());
  }

  private static Route route(Product p, boolean through) {
    List<Edge> edges = new ArrayList<>();
    Value v = p.x();
    Node user = p.node();
    int from = 0;
    while (true) {
      edges.add(new Edge(v, user, from));
      Node n = v.producer();
      if (n == null) {
        return null;
      }
      user = n;
      switch (n.op()) {
        case LayerNormalization _ when isScalable(n) -> {
          return new Route(new Source(n, from), edges);
        }
        case Linear l when isScalable(n, l) -> {
          return new Route(new Source(n, from), edges);
        }
        case FusedAttention _ when through -> v = n.input(FusedAttention.V);
        case Gate _ when n.output().shape().dim(-1).isStatic() -> {
          from += Math.toIntExact(n.output().shape().size(-1));
          v = n.input(0);
        }
        default -> {
          int skipped = skipped(n, v);
          if (skipped < 0) {
            return null;
          }
          from += skipped;
          v = n.input(0);
        }
      }
    }
  }

  private static boolean isScalable(Node n) {
    return n.outputs().size() == 1
        && n.input(1).isConstant()
        && n.input(1).shape().rank() == 1
        && (n.input(2) == null || n.input(2).isConstant());
  }

  private static boolean isScalable(Node n, Linear l) {
    return (l.activation() == Activation.NONE || l.activation() == Activation.RELU)
        && n.input(Linear.RESIDUAL) == null
        && n.input(Linear.WEIGHT).isConstant()
        && (n.input(Linear.BIAS) == null || n.input(Linear.BIAS).isConstant());
  }

  /**
   * Which channel of the input is the output's first, for a node that moves rows or takes
   * neighbouring channels; −1 for others.
   */
  private static int skipped(Node n, Value out) {
    Value in = n.input(0);
    if (in == null || !in.type().isStatic() || !out.type().isStatic() || in.shape().rank() == 0) {
      return -1;
    }
    int last = in.shape().rank() - 1;
    boolean whole = out.shape().rank() > 0 && out.shape().dim(-1).equals(in.shape().dim(-1));
    return switch (n.op()) {
      case Reshape _ when whole -> 0;
      case Gather g when whole && in.shape().axis(g.axis()) != last -> 0;
      case Transpose t when !t.perm().isEmpty() && t.perm().getLast() == last -> 0;
      case Slice _ -> cut(n, in, last);
      case Split s when in.shape().axis(s.axis()) == last -> {
        int from = 0;
        for (Value part : n.outputs()) {
          if (part == out) {
            break;
          }
          from += Math.toIntExact(part.shape().size(-1));
        }
        yield from;
      }
      default -> -1;
    };
  }

  private static int cut(Node n, Value in, int last) {
    if (n.inputs().stream().skip(1).anyMatch(v -> v != null && !v.isConstant())) {
      return -1;
    }
    Tensor starts = n.input(1).constant();
    for (int i = 0; i < starts.count(); i++) {
      long axis = n.input(3) == null ? i : n.input(3).constant().integer(i);
      if (in.shape().axis(axis) == last) {
        long step = n.input(4) == null ? 1 : n.input(4).constant().integer(i);
        long start = starts.integer(i);
        start = start < 0 ? start + in.shape().size(last) : start;
        return step == 1 ? (int) Math.clamp(start, 0, in.shape().size(last)) : -1;
      }
    }
    return 0;
  }

  /** Whether nothing beside the routes reads the channels that they carry. */
  private static boolean isAlone(Graph graph, List<Route> routes, int width) {
    List<Edge> known = routes.stream().flatMap(r -> r.edges.stream()).distinct().toList();
    for (Edge e : known) {
      boolean once = e.user.inputs().stream().filter(v -> v == e.value).count() == 1;
      if (!once || graph.isOutput(e.value)) {
        return false;
      }
      for (Node user : e.value.users()) {
        if (!known.contains(new Edge(e.value, user, e.from)) && !readsApart(user, e.from, width)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a node takes only channels that aren't among those. */
  private static boolean readsApart(Node user, int from, int width) {
    if (!(user.op() instanceof Slice) || !user.output().type().isStatic()) {
      return false;
    }
    int start = skipped(user, user.output());
    return start >= 0 && (start >= from + width || start + user.output().shape().size(-1) <= from);
  }

  /** The node's name; with its first channel where that is not 0. */
  String name() {
    return node.output().name() + (from == 0 ? "" : "[" + from + "…]");
  }

  /** Constants whose element, or column, c is that channel's: which axis, and the tensors. */
  Map<Integer, Integer> constants() {
    Map<Integer, Integer> axes = new TreeMap<>();
    if (node.op() instanceof Linear) {
      axes.put(Linear.WEIGHT, 1);
      axes.put(Linear.BIAS, 0);
    } else {
      axes.put(1, 0);
      axes.put(2, 0);
    }
    axes.keySet().removeIf(i -> node.input(i) == null);
    return axes;
  }
}
