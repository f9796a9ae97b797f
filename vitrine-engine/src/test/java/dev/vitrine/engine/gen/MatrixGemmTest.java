package dev.vitrine.engine.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.gen.MatrixGemm.Arg;
import dev.vitrine.engine.gen.MatrixGemm.Start;
import dev.vitrine.engine.kernel.Packing;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixGemmTest {
  /** A kernel and sizes for it; the seed is the case's number. */
  record Case(MatrixGemm gemm, int m, int k, int n, long seed) {
    @Override
    public String toString() {
      return gemm.name() + " " + m + "×" + k + "×" + n + " seed " + seed;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    MatrixGemm plain = new MatrixGemm(Start.ZERO, Activation.NONE, false, false);
    for (int m : new int[] {1, 15, 16, 17, 31, 32, 33, 48, 49, 64, 67}) {
      int n = 32 * (1 + cases.size() % 2);
      cases.add(new Case(plain, m, 1 + 31 * (cases.size() % 3), n, cases.size()));
      MatrixGemm all = new MatrixGemm(Start.BIAS, Activation.RELU, true, false);
      cases.add(new Case(all, m, 33, n, cases.size()));
      boolean residual = cases.size() % 3 == 0;
      MatrixGemm more = new MatrixGemm(Start.SUMS, Activation.NONE, residual, false);
      cases.add(new Case(more, m, 64, n, cases.size()));
    }
    for (int n : new int[] {1, 15, 16, 17, 31, 32, 33, 70}) {
      boolean residual = cases.size() % 2 == 0;
      cases.add(
          new Case(
              new MatrixGemm(Start.BIAS, Activation.NONE, residual, true),
              35,
              40,
              n,
              cases.size()));
    }
    for (Activation activation : Activation.values()) {
      cases.add(
          new Case(new MatrixGemm(Start.BIAS, activation, false, false), 41, 64, 64, cases.size()));
    }
    // So deep that rows are finished long before the next ones are multiplied.
    cases.add(new Case(new MatrixGemm(Start.BIAS, Activation.GELU, true, true), 65, 400, 40, 99));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void multiplies(Case c) {
    Random random = new Random(c.seed);
    int panels = Math.ceilDiv(c.n, 32);
    int extra = random.nextInt(3) * 5;
    Packing packing =
        new Packing.PartPanels(View.dense(0, DType.F32, List.of((long) c.k, (long) c.n)));
    try (Trial trial = new Trial()) {
      var a = trial.grid(c.m, c.k, c.k + extra).random(random, 2);
      float[] weights = new float[c.k * c.n];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (random.nextFloat() - 0.5f) * 2;
      }
      MemorySegment b = trial.bytes(packing.bytes());
      packing.pack(Tensor.f32(Shape.of(c.k, c.n), weights), b);
      long group = Parts.groupBytes(c.k);
      MemorySegment parts = trial.bytes(Math.ceilDiv(c.m, 16) * group);
      MemorySegment memory = trial.bytes(MatrixGemm.MEMORY_BYTES + 64);
      var out = trial.grid(c.m, c.n, c.n + extra);
      var before = trial.grid(c.m, c.n, c.n).random(random, 4);
      for (int i = 0; i < c.m && c.gemm.start() == Start.SUMS; i++) {
        for (int j = 0; j < c.n; j++) {
          out.set(i, j, before.get(i, j));
        }
      }
      var column = trial.grid(1, panels * 32, panels * 32).random(random, 2);
      var residual = trial.grid(c.m, c.n, c.n + 2 * extra).random(random, 8);
      trial.set(Parts.Arg.IN, a.address());
      trial.set(Parts.Arg.IN_STRIDE, a.strideBytes());
      trial.set(Parts.Arg.ROWS, c.m);
      trial.set(Parts.Arg.COLUMNS, c.k);
      trial.set(Parts.Arg.OUT, parts.address());
      trial.set(Parts.Arg.GROUP, group);
      trial.run(new Parts());
      trial.set(Arg.A, parts.address());
      trial.set(Arg.A_GROUP, group);
      trial.set(Arg.B, b.address());
      trial.set(Arg.B_PANEL, MatrixGemm.panelBytes(c.k));
      trial.set(Arg.C, out.address());
      trial.set(Arg.C_STRIDE, out.strideBytes());
      trial.set(Arg.M, c.m);
      trial.set(Arg.K, Math.ceilDiv(c.k, 32));
      trial.set(Arg.PANELS, panels);
      trial.set(Arg.LAST, c.n - (panels - 1L) * 32);
      trial.set(Arg.COLUMN, column.address());
      trial.set(Arg.RESIDUAL, residual.address());
      trial.set(Arg.RESIDUAL_STRIDE, residual.strideBytes());
      trial.set(Arg.MEMORY, memory.address() + 63 & -64);
      trial.set(Arg.NEXT, b.address());
      trial.set(Arg.AHEAD_STEP, 0);
      trial.run(c.gemm);
      for (int i = 0; i < c.m; i++) {
        for (int j = 0; j < c.n; j++) {
          double sum =
              switch (c.gemm.start()) {
                case ZERO -> 0;
                case BIAS -> column.get(0, j);
                case SUMS -> before.get(i, j);
              };
          double size = Math.abs(sum);
          for (int k = 0; k < c.k; k++) {
            double product = (double) a.get(i, k) * weights[k * c.n + j];
            sum += product;
            size += Math.abs(product);
          }
          double more = c.gemm.residual() ? residual.get(i, j) : 0;
          size += Math.abs(more);
          // As of a kernel on floats: parts that are left out count less than a rounding.
          double bound = Math.ulp(1f) / 2 * (c.k + 3) * size * 1.2 + 6e-7 * Math.max(1, size);
          assertThat((double) out.get(i, j))
              .as("%s at %d, %d", c, i, j)
              .isCloseTo(c.gemm.activation().apply(sum) + more, offset(bound));
        }
      }
      out.checkPadding(c.toString());
    }
  }
}
