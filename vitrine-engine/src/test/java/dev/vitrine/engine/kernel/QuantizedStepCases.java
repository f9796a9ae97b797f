package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.List;

/** Steps on bytes; their integer parts have to be right bit for bit. */
final class QuantizedStepCases {
  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 384, 7},
    {3, 5, 17},
    {29, 66, 33},
    {37, 4, 96},
    {64, 130, 150},
    {5, 1030, 40},
    {3, 0, 9}
  };

  private QuantizedStepCases() {}

  static List<StepCases.Case> all() {
    List<StepCases.Case> cases = new ArrayList<>();
    for (Grade grade : Grade.values()) {
      for (int[] n : SIZES) {
        products(cases, grade, n);
      }
      for (int columns : new int[] {1, 15, 16, 100}) {
        cases.add(
            new StepCases.Case(
                "quantize " + grade + " of " + columns,
                0,
                m ->
                    new Step.QuantizeRows(
                        m.arena(70, columns), m.codes(grade, 70, columns), false)));
      }
      cases.add(
          new StepCases.Case(
              "quantize " + grade + " columns",
              0,
              m ->
                  new Step.QuantizeRows(
                      m.arena(30, 9).transpose(List.of(1, 0)), m.codes(grade, 9, 30), false)));
    }
    for (int columns : new int[] {1, 15, 16, 100}) {
      cases.add(
          new StepCases.Case(
              "quantize by what is given " + columns,
              0,
              m -> new Step.QuantizeRows(m.arena(70, columns), given(m, 70, columns), true)));
    }
    for (int[] n : new int[][] {{1, 64, 40}, {70, 33, 100}, {67, 128, 384}}) {
      coded(cases, n);
    }
    int[][] attention = {
      // batch, heads, queries, keys, depth, width
      {1, 1, 1, 1, 16, 32},
      {1, 2, 33, 47, 64, 64},
      {2, 3, 40, 31, 32, 32},
      {1, 1, 70, 300, 64, 64},
      {1, 2, 9, 13, 5, 7},
      {1, 1, 5, 30, 64, 64},
      {1, 2, 70, 64, 128, 32},
      {1, 1, 3, 2100, 64, 96}
    };
    for (int[] n : attention) {
      cases.add(
          new StepCases.Case(
              "quantized attention of " + n[2] + " by " + n[3] + " tokens, " + n[4] + "×" + n[5],
              2e-4,
              m ->
                  new Step.QuantizedAttention(
                      heads(m, n[0], n[1], n[2], n[4]),
                      heads(m, n[0], n[1], n[3], n[4]),
                      heads(m, n[0], n[1], n[3], n[5]),
                      0.2f,
                      heads(m, n[0], n[1], n[2], n[5]))));
    }
    return cases;
  }

  private static void coded(List<StepCases.Case> cases, int[] n) {
    String size = " " + n[0] + "×" + n[1] + "×" + n[2];
    cases.add(
        new StepCases.Case(
            "quantized product as codes" + size,
            0,
            m -> new Step.Coded(product(m, n), m.codes(Grade.W8A8, n[0], n[2]), false)));
    cases.add(
        new StepCases.Case(
            "quantized product as given codes" + size,
            0,
            m -> new Step.Coded(product(m, n), given(m, n[0], n[2]), true)));
    cases.add(
        new StepCases.Case(
            "quantized normalisation " + n[0] + "×" + n[2],
            1e-5,
            m ->
                new Step.Coded(
                    new Step.LayerNorm(
                        m.arena(n[0], n[2]),
                        m.constant(n[2]),
                        m.constant(n[2]),
                        1e-5f,
                        m.arena(n[0], n[2])),
                    m.codes(Grade.W7A7, n[0], n[2]),
                    false)));
  }

  private static Step.QuantizedProduct product(StepMemory m, int[] n) {
    return new Step.QuantizedProduct(
        m.codes(Grade.W8A8, n[0], n[1]),
        m.weights(Grade.W8A8, n[1], n[2]),
        m.constant(n[2]),
        m.constant(n[2]),
        Activation.RELU,
        null,
        m.arena(n[0], n[2]));
  }

  /** Codes with one scale and zero point, which are in memory already. */
  private static Codes given(StepMemory m, int rows, int columns) {
    Codes one = m.codes(Grade.W8A8, 1, 1);
    List<Long> all = List.of((long) rows);
    return new Codes(
        Grade.W8A8,
        m.codes(Grade.W8A8, rows, columns).codes(),
        one.scale().broadcast(all),
        one.zero().broadcast(all));
  }

  /** [B, H, T, D] of tokens whose heads are side by side. */
  private static View heads(StepMemory m, int batch, int heads, int tokens, int depth) {
    return m.arena(batch, tokens, heads, depth).transpose(List.of(0, 2, 1, 3));
  }

  private static void products(List<StepCases.Case> cases, Grade grade, int[] n) {
    String name = "quantized product " + grade + " " + n[0] + "×" + n[1] + "×" + n[2];
    cases.add(
        new StepCases.Case(
            name,
            0,
            m ->
                new Step.QuantizedProduct(
                    m.codes(grade, n[0], n[1]),
                    m.weights(grade, n[1], n[2]),
                    m.constant(n[2]),
                    m.constant(n[2]),
                    Activation.NONE,
                    m.arena(n[0], n[2]),
                    m.arena(n[0], n[2]))));
    cases.add(
        new StepCases.Case(
            name + " RELU",
            0,
            m ->
                new Step.QuantizedProduct(
                    m.codes(grade, n[0], n[1]),
                    m.weights(grade, n[1], n[2]),
                    m.constant(n[2]),
                    null,
                    Activation.RELU,
                    null,
                    m.arena(n[0], n[2]))));
    cases.add(
        new StepCases.Case(
            name + " strided, one scale",
            0,
            m -> {
              View codes = m.codes(grade, n[0], n[1] + 3).codes().slice(1, 2, 1, n[1]);
              View scale = m.arena(DType.F32, 1).broadcast(List.of((long) n[0]));
              View zero = m.codes(grade, 1, 1).zero().broadcast(List.of((long) n[0]));
              return new Step.QuantizedProduct(
                  new Codes(grade, codes, scale, zero),
                  m.weights(grade, n[2], n[1]).transpose(List.of(1, 0)),
                  m.constant(n[2]),
                  m.constant(n[2]),
                  Activation.NONE,
                  null,
                  m.arena(n[0] + 1, n[2] + 5).slice(0, 1, 1, n[0]).slice(1, 1, 1, n[2]));
            }));
  }
}
