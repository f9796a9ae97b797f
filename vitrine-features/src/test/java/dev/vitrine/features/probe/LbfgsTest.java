package dev.vitrine.features.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LbfgsTest {
  private static double rosenbrock(double[] x, double[] g) {
    double value = 0;
    java.util.Arrays.fill(g, 0);
    for (int i = 0; i + 1 < x.length; i++) {
      double a = x[i + 1] - x[i] * x[i];
      value += 100 * a * a + (1 - x[i]) * (1 - x[i]);
      g[i] += -400 * a * x[i] - 2 * (1 - x[i]);
      g[i + 1] += 200 * a;
    }
    return value;
  }

  @Test
  void findsTheEndOfACurvedValley() {
    for (int n : new int[] {2, 7, 40}) {
      double[] start = new double[n];
      java.util.Arrays.fill(start, -1.2);
      Lbfgs.Minimum m = new Lbfgs(2000, 1e-9).minimise(LbfgsTest::rosenbrock, start);
      assertThat(m.converged()).as("%d unknowns, %d steps", n, m.iterations()).isTrue();
      double[] gradient = new double[n];
      rosenbrock(m.x(), gradient);
      assertThat(gradient).containsExactly(new double[n], within(1e-9));
      if (n == 2) {
        assertThat(m.x()).containsExactly(new double[] {1, 1}, within(1e-8));
      }
    }
  }

  @Test
  void stretchedQuadratics() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = random.nextInt(1, 60);
      double[] centre = random.doubles(n, -5, 5).toArray();
      double[] stiff = random.doubles(n, -4, 4).map(Math::exp).toArray();
      Lbfgs.Function f =
          (x, g) -> {
            double value = 3;
            for (int i = 0; i < n; i++) {
              g[i] = stiff[i] * (x[i] - centre[i]);
              value += g[i] * (x[i] - centre[i]) / 2;
            }
            return value;
          };
      Lbfgs.Minimum m = new Lbfgs(1000, 1e-8).minimise(f, new double[n]);
      assertThat(m.converged()).as("seed %d", seed).isTrue();
      assertThat(m.value()).as("seed %d", seed).isEqualTo(3, within(1e-9));
      assertThat(m.x()).as("seed %d", seed).containsExactly(centre, within(1e-5));
    }
  }

  @Test
  void startsAtTheMinimum() {
    Lbfgs.Minimum m = new Lbfgs(10, 1e-6).minimise(LbfgsTest::rosenbrock, new double[] {1, 1, 1});
    assertThat(m.iterations()).isZero();
    assertThat(m.converged()).isTrue();
  }

  @Test
  void saysWhenStepsRunOut() {
    Lbfgs.Minimum m = new Lbfgs(3, 1e-9).minimise(LbfgsTest::rosenbrock, new double[] {-1.2, 1});
    assertThat(m.converged()).isFalse();
    assertThat(m.value()).isLessThan(rosenbrock(new double[] {-1.2, 1}, new double[2]));
  }
}
