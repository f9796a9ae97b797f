package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.Function;
import dev.vitrine.compiler.plan.Rows;
import dev.vitrine.compiler.plan.Scalar;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Steps of every kind, with sizes at and around the edges of tiles, dense and strided. */
public final class StepCases {
  /** A step by the name that a failure prints. */
  public record Case(
      String name, double tolerance, java.util.function.Function<StepMemory, Step> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  private StepCases() {}

  /** All cases. */
  public static List<Case> all() {
    StepCases c = new StepCases();
    c.products();
    c.attention();
    c.rows();
    c.elementwise();
    c.copies();
    c.reductions();
    c.cases.addAll(PictureStepCases.all());
    c.cases.addAll(QuantizedStepCases.all());
    return c.cases;
  }

  private void add(
      String name, double tolerance, java.util.function.Function<StepMemory, Step> make) {
    cases.add(new Case(name, tolerance, make));
  }

  private void products() {
    int[][] sizes = {
      {1, 1, 1},
      {1, 384, 7},
      {3, 5, 17},
      {4, 4, 4},
      {5, 3, 2},
      {63, 33, 31},
      {64, 32, 64},
      {65, 31, 65},
      {129, 7, 130},
      {2, 3, 513},
      {70, 129, 1030},
      {16, 0, 8},
      {13, 64, 511}
    };
    for (int[] n : sizes) {
      String name = "product " + n[0] + "×" + n[1] + "×" + n[2];
      double tolerance = 1e-6 * (8 + n[1]);
      add(
          name,
          tolerance,
          m ->
              new Step.Product(
                  m.arena(n[0], n[1]),
                  m.constant(n[1], n[2]),
                  null,
                  Activation.NONE,
                  null,
                  m.arena(n[0], n[2])));
      for (Activation f : Activation.values()) {
        add(
            name + " bias " + f + " residual",
            tolerance,
            m ->
                new Step.Product(
                    m.arena(n[0], n[1]),
                    m.constant(n[1], n[2]),
                    m.constant(n[2]),
                    f,
                    m.arena(n[0], n[2]),
                    m.arena(n[0], n[2])));
      }
      add(
          name + " both computed, transposed",
          tolerance,
          m ->
              new Step.Product(
                  m.arena(n[0], n[1]),
                  m.arena(n[2], n[1]).transpose(List.of(1, 0)),
                  null,
                  Activation.NONE,
                  null,
                  m.arena(n[0], n[2])));
      add(
          name + " bias residual, rows elsewhere",
          tolerance,
          m ->
              new Step.Product(
                  m.arena(n[0], n[1]),
                  m.constant(n[1], n[2]),
                  m.constant(n[2]),
                  Activation.NONE,
                  m.arena(n[0], n[2] + 2).slice(1, 0, 1, n[2]),
                  shuffled(n[0]),
                  m.arena(n[0], n[2] + 3).slice(1, 1, 1, n[2])));
      add(
          name + " strided",
          tolerance,
          m ->
              new Step.Product(
                  m.arena(n[0], n[1] + 3).slice(1, 2, 1, n[1]),
                  m.constant(n[2], n[1]).transpose(List.of(1, 0)),
                  m.constant(n[2]),
                  Activation.RELU,
                  m.arena(n[0] + 1, n[2] + 5).slice(0, 1, 1, n[0]).slice(1, 1, 1, n[2]),
                  m.arena(n[2], n[0]).transpose(List.of(1, 0))));
    }
    add(
        "product, batches",
        1e-4,
        m ->
            new Step.Product(
                m.arena(2, 3, 9, 5),
                m.arena(2, 3, 5, 11),
                null,
                Activation.NONE,
                null,
                m.arena(2, 3, 9, 11)));
    add(
        "product, heads",
        1e-4,
        m ->
            new Step.Product(
                m.arena(2, 9, 3, 8).transpose(List.of(0, 2, 1, 3)),
                m.arena(2, 7, 3, 8).transpose(List.of(0, 2, 3, 1)),
                null,
                Activation.NONE,
                null,
                m.arena(2, 3, 9, 7)));
    add(
        "product, one right side for all",
        1e-4,
        m ->
            new Step.Product(
                m.arena(3, 2, 6, 5),
                m.arena(5, 4).broadcast(List.of(3L, 2L, 5L, 4L)),
                null,
                Activation.NONE,
                null,
                m.arena(3, 2, 6, 4)));
    add(
        "product, constants by batch",
        1e-4,
        m ->
            new Step.Product(
                m.arena(3, 6, 5),
                m.constant(3, 5, 4),
                m.constant(4),
                Activation.SILU,
                null,
                m.arena(3, 6, 4)));
    add(
        "product, constant weights for slices",
        1e-4,
        m ->
            new Step.Product(
                m.arena(3, 6, 5).slice(1, 1, 1, 4),
                m.constant(5, 4).broadcast(List.of(3L, 5L, 4L)),
                m.constant(4),
                Activation.NONE,
                null,
                m.arena(3, 5, 4).slice(1, 1, 1, 4)));
  }

  private static Rows shuffled(int n) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(all, new Random(n));
    return new Rows(all.stream().mapToInt(Integer::intValue).toArray());
  }

  private void attention() {
    add(
        "attention between many",
        2e-5,
        m ->
            new Step.Attention(
                m.arena(1, 1, 515, 33),
                m.arena(1, 1, 520, 33),
                m.arena(1, 1, 520, 17),
                m.constant(1, 1, 515, 520),
                0.3f,
                m.arena(1, 1, 515, 17)));
    int[][] sizes = {
      {1, 1, 1, 1},
      {3, 3, 5, 5},
      {63, 64, 8, 8},
      {64, 65, 16, 12},
      {49, 49, 32, 32},
      {257, 3, 4, 4},
      {300, 130, 7, 9},
      {70, 561, 4, 5},
      {36, 19, 6, 3}
    };
    for (int[] n : sizes) {
      int tq = n[0];
      int tk = n[1];
      int d = n[2];
      int dv = n[3];
      String name = "attention " + tq + "×" + tk + " of " + d + ", " + dv;
      add(
          name,
          2e-5,
          m ->
              new Step.Attention(
                  m.arena(2, 3, tq, d),
                  m.arena(2, 3, tk, d),
                  m.arena(2, 3, tk, dv),
                  null,
                  0.3f,
                  m.arena(2, 3, tq, dv)));
      add(
          name + " tokens first, constant bias",
          2e-5,
          m -> {
            View all = m.arena(4, Math.max(tq, tk), 2, 2 * d + dv).transpose(List.of(0, 2, 1, 3));
            return new Step.Attention(
                all.slice(2, 0, 1, tq).slice(3, 0, 1, d),
                all.slice(2, 0, 1, tk).slice(3, d, 1, d),
                all.slice(2, 0, 1, tk).slice(3, 2 * d, 1, dv),
                m.constant(2, 2, tq, tk),
                0.5f,
                m.arena(4, tq, 2, dv).transpose(List.of(0, 2, 1, 3)));
          });
      add(
          name + " bias for keys",
          2e-5,
          m ->
              new Step.Attention(
                  m.arena(2, 3, tq, d),
                  m.arena(2, 3, tk, d),
                  m.arena(2, 3, tk, dv),
                  m.arena(2, 1, 1, tk).broadcast(List.of(2L, 3L, (long) tq, (long) tk)),
                  0.3f,
                  m.arena(2, 3, tq, dv)));
    }
  }

  private void rows() {
    for (int n : new int[] {1, 7, 8, 9, 64, 129, 384, 1030}) {
      add(
          "layer norm of " + n,
          2e-5,
          m ->
              new Step.LayerNorm(
                  m.arena(3, 19, n), m.constant(n), m.constant(n), 1e-5f, m.arena(3, 19, n)));
      add(
          "layer norm of " + n + ", plain, strided",
          2e-5,
          m ->
              new Step.LayerNorm(
                  m.arena(3, n + 2, 5).transpose(List.of(0, 2, 1)).slice(2, 1, 1, n),
                  null,
                  null,
                  1e-5f,
                  m.arena(3, 5, n)));
      add(
          "layer norm of " + n + ", scale only",
          2e-5,
          m -> new Step.LayerNorm(m.arena(5, n), m.constant(n), null, 1e-5f, m.arena(5, n)));
      add(
          "layer norm of " + n + ", picked rows",
          2e-5,
          m ->
              new Step.LayerNorm(
                  m.arena(6, n + 3).slice(1, 1, 1, n),
                  new Rows(new int[] {5, 0, 3, 3, 1, 2, 4, 0}),
                  m.constant(n),
                  m.constant(n),
                  1e-5f,
                  m.arena(8, n)));
      add("softmax of " + n, 1e-6, m -> new Step.Softmax(m.arena(7, n), m.arena(7, n)));
      add(
          "softmax of " + n + " strided",
          1e-6,
          m -> new Step.Softmax(m.arena(n, 3).transpose(List.of(1, 0)), m.arena(3, n)));
    }
  }

  private void elementwise() {
    Scalar x = new Scalar.Input(0);
    Scalar y = new Scalar.Input(1);
    for (Function f : Function.values()) {
      Scalar safe =
          f == Function.LOG || f == Function.SQRT || f == Function.RECIPROCAL
              ? new Scalar.Binary(
                  Scalar.Operator.ADD, new Scalar.Unary(Function.ABS, x), new Scalar.Constant(0.1f))
              : x;
      add(
          "elementwise " + f,
          2e-6,
          m ->
              new Step.Elementwise(
                  new Scalar.Unary(f, safe), List.of(m.arena(3, 701)), m.arena(3, 701)));
    }
    for (Scalar.Operator o : Scalar.Operator.values()) {
      Scalar base = o == Scalar.Operator.POW ? new Scalar.Unary(Function.ABS, x) : x;
      add(
          "elementwise " + o + ", row by column",
          1e-5,
          m ->
              new Step.Elementwise(
                  new Scalar.Binary(o, base, y),
                  List.of(
                      m.arena(5, 1).broadcast(List.of(5L, 1500L)),
                      m.constant(1500).broadcast(List.of(5L, 1500L))),
                  m.arena(5, 1500)));
    }
    Scalar gate =
        new Scalar.Binary(
            Scalar.Operator.MUL,
            new Scalar.Unary(Function.SILU, x),
            new Scalar.Binary(
                Scalar.Operator.SUB,
                y,
                new Scalar.Binary(Scalar.Operator.MUL, x, new Scalar.Constant(2))));
    add(
        "elementwise chain of two halves",
        1e-5,
        m -> {
          View v = m.arena(2, 30, 40);
          return new Step.Elementwise(
              gate, List.of(v.slice(2, 0, 1, 20), v.slice(2, 20, 1, 20)), m.arena(2, 30, 20));
        });
    add(
        "elementwise, transposed output",
        1e-5,
        m ->
            new Step.Elementwise(
                gate,
                List.of(m.arena(2, 5, 6), m.arena(2, 6, 5).transpose(List.of(0, 2, 1))),
                m.arena(6, 2, 5).transpose(List.of(1, 2, 0))));
    add(
        "elementwise scalar",
        1e-5,
        m -> new Step.Elementwise(gate, List.of(m.arena(), m.arena()), m.arena()));
  }

  private void copies() {
    add("copy dense", 0, m -> new Step.Copy(m.arena(3, 5, 7), m.arena(3, 5, 7)));
    add("copy long", 0, m -> new Step.Copy(m.arena(40_001), m.arena(40_001)));
    add(
        "copy transposed",
        0,
        m -> new Step.Copy(m.arena(3, 50, 70).transpose(List.of(2, 0, 1)), m.arena(70, 3, 50)));
    add(
        "copy into a part",
        0,
        m ->
            new Step.Copy(
                m.arena(3, 4),
                m.arena(5, 9).slice(0, 1, 1, 3).slice(1, 2, 2, 4).slice(1, 3, -1, 4)));
    add(
        "copy repeated",
        0,
        m ->
            new Step.Copy(
                m.arena(4, 1, 6).broadcast(List.of(3L, 4L, 5L, 6L)), m.arena(3, 4, 5, 6)));
    add(
        "copy of a constant",
        0,
        m -> new Step.Copy(m.constant(4, 6).slice(1, 5, -1, 6), m.arena(4, 6)));
    add(
        "copy to planes",
        0,
        m -> new Step.Copy(m.arena(2, 70, 30, 19), m.arena(2, 19, 70, 30).move(1, 3)));
    add(
        "copy a part transposed",
        0,
        m ->
            new Step.Copy(
                m.arena(40, 23).slice(1, 2, 1, 18).transpose(List.of(1, 0)),
                m.arena(20, 45).slice(0, 1, 1, 18).slice(1, 3, 1, 40)));
    add(
        "copy of longs",
        0,
        m -> new Step.Copy(m.arena(DType.I64, 3, 5, 4), m.arena(DType.I64, 3, 5, 4)));
    add("copy of a scalar", 0, m -> new Step.Copy(m.arena(), m.arena()));
    add("copy of nothing", 0, m -> new Step.Copy(m.arena(3, 0), m.arena(3, 0)));
    add(
        "gather",
        0,
        m ->
            new Step.Gather(
                m.arena(5, 3, 7), new Rows(new int[] {4, 0, 0, 3, 2, 1}), m.arena(6, 3, 7)));
    add(
        "gather, many",
        0,
        m ->
            new Step.Gather(
                m.arena(3, 700),
                new Rows(new Random(1).ints(150, 0, 3).toArray()),
                m.arena(150, 700)));
    add(
        "gather along the middle",
        0,
        m ->
            new Step.Gather(
                m.arena(2, 5, 7).move(1, 0),
                new Rows(new int[] {4, 0, 2}),
                m.arena(7, 2, 3).transpose(List.of(2, 1, 0))));
    add("fill", 0, m -> new Step.Fill(-2.5f, m.arena(5, 9).slice(1, 2, 2, 3)));
  }

  private void reductions() {
    for (Step.Reduce.Kind k : Step.Reduce.Kind.values()) {
      DType type = k == Step.Reduce.Kind.ARG_MAX ? DType.I64 : DType.F32;
      add(
          "reduce " + k + " last",
          1e-5,
          m -> new Step.Reduce(k, m.arena(5, 37), 1, m.arena(type, 5)));
      add(
          "reduce " + k + " tokens",
          1e-5,
          m ->
              new Step.Reduce(
                  k, m.arena(2, 37, 1050).transpose(List.of(0, 2, 1)), 1, m.arena(type, 2, 1050)));
      add(
          "reduce " + k + " two axes",
          1e-5,
          m -> new Step.Reduce(k, m.arena(2, 3, 4, 5), 2, m.arena(type, 2, 3)));
      add("reduce " + k + " all", 1e-5, m -> new Step.Reduce(k, m.arena(4, 5), 2, m.arena(type)));
    }
  }
}
