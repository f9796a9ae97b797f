package dev.vitrine.compiler.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.graph.Attributes;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Tests of rules in the form <em>graph before, graph expected</em>. Names of inner values don't
 * matter, nor does the order of nodes. Every test also evaluates both graphs on seeded inputs.
 */
public final class Rewriting {
  private static final int SEED = 7;

  private final List<Rule> rules;
  private Graph before;
  private Graph after;
  private PassManager.Result result;

  private Rewriting(List<Rule> rules) {
    this.rules = rules;
  }

  public static Rewriting rewrite(Rule... rules) {
    return new Rewriting(List.of(rules));
  }

  public static Graph parse(String text) {
    return GraphParser.parse(text, List.of("dev.vitrine.compiler.fused"));
  }

  public Rewriting turns(String graph) {
    before = parse(graph);
    after = before.copy();
    result =
        PassManager.run(
            after,
            List.of(new Pass("test", rules)),
            new PassManager.Options(true, Set.of(), (_, _) -> {}));
    return this;
  }

  public void into(String graph) {
    assertThat(canonical(after)).isEqualTo(canonical(parse(graph)));
    assertSame(before, after);
  }

  /** The rules leave that graph alone, and say so for one of these reasons and no other. */
  public void leaves(String graph, Reason... reasons) {
    turns(graph);
    assertThat(canonical(after)).isEqualTo(canonical(before));
    assertThat(result.misses().stream().map(Miss::reason).distinct())
        .containsExactlyInAnyOrder(reasons);
  }

  /** Evaluates both on random inputs and compares. */
  public static void assertSame(Graph expected, Graph actual) {
    Expected.of(expected).assertGivenBy(actual);
  }

  /**
   * A graph's outputs for random inputs; the named sizes are 2, 3, … in the order of the inputs.
   */
  public record Expected(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    public static Expected of(Graph g) {
      Map<String, Tensor> inputs = randomInputs(g, SEED);
      return new Expected(inputs, Evaluator.run(g, inputs));
    }

    public void assertGivenBy(Graph actual) {
      Map<String, Tensor> have = Evaluator.run(actual, inputs);
      assertThat(have.keySet()).isEqualTo(outputs.keySet());
      outputs.forEach((name, want) -> assertClose(name, want, have.get(name)));
    }

    private static void assertClose(String name, Tensor want, Tensor have) {
      assertThat(have.type()).as(name).isEqualTo(want.type());
      double scale = 1e-30;
      for (long i = 0; i < want.count(); i++) {
        scale = Math.max(scale, Math.abs(want.real(i)));
      }
      for (long i = 0; i < want.count(); i++) {
        if (!(Math.abs(have.real(i) - want.real(i)) <= scale * 2e-5)) {
          assertThat(have.real(i))
              .as("seed %d, %s[%d]", SEED, name, i)
              .isCloseTo(want.real(i), within(scale * 2e-5));
        }
      }
    }
  }

  public static Map<String, Tensor> randomInputs(Graph g, long seed) {
    Random random = new Random(seed);
    Map<String, Long> sizes = new HashMap<>();
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (Value v : g.inputs()) {
      long[] shape =
          v.shape().dims().stream()
              .mapToLong(
                  d ->
                      d.isStatic()
                          ? d.size()
                          : sizes.computeIfAbsent(d.toString(), _ -> 2L + sizes.size()))
              .toArray();
      Tensor t = Tensor.zeros(new TensorType(v.dtype(), Shape.of(shape)));
      for (long i = 0; i < t.count(); i++) {
        if (v.dtype().isFloat()) {
          t.set(i, random.nextGaussian());
        } else {
          t.set(i, random.nextInt(2));
        }
      }
      out.put(v.name(), t);
    }
    return out;
  }

  /** The text of a graph that depends on what it computes and not on names or order of nodes. */
  public static String canonical(Graph g) {
    Map<Value, String> names = new HashMap<>();
    StringBuilder s = new StringBuilder();
    g.inputs().forEach(v -> names.put(v, v.toString()));
    g.outputs()
        .forEach((name, v) -> s.append(name).append(" = ").append(name(v, names, s)).append('\n'));
    return s.toString();
  }

  private static String name(Value v, Map<Value, String> names, StringBuilder s) {
    if (v == null) {
      return "_";
    } else if (v.isConstant()) {
      return constant(v.constant());
    } else if (!names.containsKey(v)) {
      Node n = v.producer();
      StringJoiner in = new StringJoiner(", ", "(", ")");
      n.inputs().forEach(i -> in.add(name(i, names, s)));
      StringJoiner out = new StringJoiner(", ");
      for (Value o : n.outputs()) {
        names.put(o, "v" + names.size());
        out.add(names.get(o) + ": " + o.type());
      }
      s.append(out + " = " + n.op().name() + in + " " + Attributes.of(n.op()) + "\n");
    }
    return names.get(v);
  }

  /** Short constants with their elements, to the digits that rounding leaves alone. */
  private static String constant(Tensor t) {
    StringJoiner s = new StringJoiner(", ", t.type() + "{", "}");
    for (long i = 0; i < t.count() && t.count() <= 8; i++) {
      s.add(
          t.dtype().isFloat() ? String.format(Locale.ROOT, "%.5g", t.real(i)) : "" + t.integer(i));
    }
    return s.toString();
  }
}
