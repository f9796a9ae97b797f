package dev.vitrine.compiler.rewrite;

import static dev.vitrine.compiler.rewrite.Pattern.any;
import static dev.vitrine.compiler.rewrite.Pattern.op;
import static dev.vitrine.compiler.rewrite.Rewriting.canonical;
import static dev.vitrine.compiler.rewrite.Rewriting.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.op.Abs;
import dev.vitrine.graph.op.Cast;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Neg;
import dev.vitrine.graph.op.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PassManagerTest {
  private static final String TEXT =
      "graph (x: f32[2]) -> (y)\n a = Relu(x)\n b = Relu(a)\n y = Neg(b)";

  /** A rule of that name for one kind of node. */
  private static Rule rule(String name, Class<? extends Op> kind, Function<Match, Outcome> apply) {
    Pattern p = op(kind, any());
    return new Rule() {
      @Override
      public Pattern pattern() {
        return p;
      }

      @Override
      public Outcome apply(Match m) {
        return apply.apply(m);
      }

      @Override
      public String name() {
        return name;
      }
    };
  }

  private static Rule to(String name, Class<? extends Op> kind, Op other) {
    return rule(name, kind, m -> m.replace(other, m.root().input(0)));
  }

  private static PassManager.Result run(Graph g, PassManager.Options options, Rule... rules) {
    List<Pass> passes = new ArrayList<>();
    for (Rule r : rules) {
      passes.add(Pass.of("pass-" + r.name(), r));
    }
    return PassManager.run(g, passes, options);
  }

  @Test
  void passesRunInOrderUntilNothingChanges() {
    Graph g = parse(TEXT);
    List<String> stages = new ArrayList<>();
    var options = new PassManager.Options(true, Set.of(), (name, _) -> stages.add(name));
    var result =
        run(g, options, to("neg", Neg.class, new Abs()), to("relu", Relu.class, new Neg()));
    assertThat(canonical(g))
        .isEqualTo(
            canonical(parse("graph (x: f32[2]) -> (y)\n a = Abs(x)\n b = Abs(a)\n y = Abs(b)")));
    assertThat(stages).containsExactly("pass-neg", "pass-relu", "pass-neg");
    assertThat(result.applied()).isEqualTo(Map.of("neg", 3, "relu", 2));
  }

  @Test
  void skippedRules() {
    Graph g = parse(TEXT);
    var options = new PassManager.Options(true, Set.of("neg"), (_, _) -> {});
    assertThat(run(g, options, to("neg", Neg.class, new Abs())).applied()).isEmpty();
    assertThat(canonical(g)).isEqualTo(canonical(parse(TEXT)));
  }

  @Test
  void misses() {
    Rule rule = rule("no-relu", Relu.class, m -> m.missed(Reason.NO_GAIN, "of course"));
    var result = run(parse(TEXT), PassManager.Options.defaults(), rule);
    assertThat(result.misses())
        .extracting(Miss::toString)
        .containsExactly(
            "no-relu not applied at 'a': it would save nothing (of course)",
            "no-relu not applied at 'b': it would save nothing (of course)");
  }

  @Test
  void whatARuleAddedAndDidNotUseGoes() {
    Rule rule =
        rule(
            "adds",
            Neg.class,
            m -> {
              m.add(new Abs(), m.add(new Abs(), m.root().input(0)));
              return Outcome.PASSED;
            });
    Graph g = parse(TEXT);
    run(g, PassManager.Options.defaults(), rule);
    assertThat(g.nodes()).hasSize(3);
  }

  @Test
  void otherTypesAreMisses() {
    Graph g = parse(TEXT);
    var result = run(g, PassManager.Options.defaults(), to("cast", Neg.class, new Cast(DType.F16)));
    assertThat(result.misses())
        .singleElement()
        .hasToString(
            "cast not applied at 'y': an element type doesn't suit (f32[2] would become f16[2])");
    assertThat(canonical(g)).isEqualTo(canonical(parse(TEXT)));
  }

  @Test
  void namesGoOver() {
    Graph g = parse(TEXT);
    run(g, PassManager.Options.defaults(), to("relu", Relu.class, new Abs()));
    assertThat(g.value("a").producer().op()).isInstanceOf(Abs.class);
    assertThat(g.value("b").producer().op()).isInstanceOf(Abs.class);
  }

  /** With verification a rule that breaks a type rule fails; without, it is a miss. */
  @Test
  void faultsOfRules() {
    Rule rule = to("product", Neg.class, new MatMul());
    var strict = new PassManager.Options(true, Set.of(), (_, _) -> {});
    assertThatThrownBy(() -> run(parse(TEXT), strict, rule))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rule product at y");
    Graph g = parse(TEXT);
    assertThat(run(g, PassManager.Options.defaults(), rule).misses()).hasSize(1);
    assertThat(canonical(g)).isEqualTo(canonical(parse(TEXT)));
  }

  @Test
  void rulesThatUndoEachOther() {
    Rule there = to("there", Neg.class, new Abs());
    Rule back = to("back", Abs.class, new Neg());
    assertThatThrownBy(() -> run(parse(TEXT), PassManager.Options.defaults(), there, back))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("don't settle");
    assertThatThrownBy(
            () ->
                PassManager.run(
                    parse(TEXT),
                    List.of(Pass.of("both", there, back)),
                    PassManager.Options.defaults()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("don't settle");
  }
}
