package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.Sampling;
import dev.vitrine.compiler.fused.YuvToRgb;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.Taps;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.graph.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Steps on pictures: convolutions, resampling, pools. */
final class PictureStepCases {
  private final List<StepCases.Case> cases = new ArrayList<>();

  private PictureStepCases() {}

  static List<StepCases.Case> all() {
    PictureStepCases c = new PictureStepCases();
    c.convolutions();
    c.resampling();
    c.pools();
    c.colours();
    return c.cases;
  }

  private void add(
      String name, double tolerance, java.util.function.Function<StepMemory, Step> make) {
    cases.add(new StepCases.Case(name, tolerance, make));
  }

  private static Window window(int kernel, int stride, int pad, int dilation) {
    return new Window(kernel, kernel + 1, stride, stride, pad, pad, dilation, dilation);
  }

  private void colours() {
    for (Sampling s : Sampling.values()) {
      for (List<Float> matrix : List.of(YuvToRgb.FULL, YuvToRgb.LIMITED)) {
        YuvToRgb how = new YuvToRgb(s, matrix);
        long[] source = s.isPlanar() ? new long[] {2, 33, 1500, 1} : new long[] {2, 22, 1500, 2};
        add(
            "colours " + how,
            0,
            m ->
                new Step.Colours(
                    m.arena(DType.U8, source), how, m.arena(DType.U8, 2, 22, 1500, 3)));
      }
    }
  }

  private void convolutions() {
    record Form(int c, int n, int group) {}
    for (Form f :
        List.of(
            new Form(3, 8, 1),
            new Form(6, 4, 2),
            new Form(5, 5, 5),
            new Form(4, 8, 4),
            new Form(1, 1, 1),
            new Form(32, 32, 32))) {
      for (int kernel : new int[] {1, 2, 3}) {
        for (int[] g : new int[][] {{1, 0, 1}, {2, 1, 1}, {1, 2, 2}}) {
          Window w = window(kernel, g[0], g[1], g[2]);
          int h = (9 + 2 * w.top() - w.dilationH() * (w.kernelH() - 1) - 1) / w.strideH() + 1;
          int z = (11 + 2 * w.left() - w.dilationW() * (w.kernelW() - 1) - 1) / w.strideW() + 1;
          String name = "convolution " + f + " " + w;
          add(
              name + " pixels",
              1e-4,
              m ->
                  new Step.Convolution(
                      m.arena(2, 9, 11, f.c),
                      null,
                      m.constant(f.n, f.c / f.group, kernel, kernel + 1),
                      m.constant(f.n),
                      w,
                      f.group,
                      Activation.GELU,
                      null,
                      m.arena(2, h, z, f.n)));
          add(
              name + " planes",
              1e-4,
              m ->
                  new Step.Convolution(
                      m.arena(2, f.c, 9, 11).transpose(List.of(0, 2, 3, 1)),
                      null,
                      m.constant(f.n, f.c / f.group, kernel, kernel + 1),
                      null,
                      w,
                      f.group,
                      Activation.NONE,
                      m.arena(2, h, z, f.n),
                      m.arena(2, f.n, h, z).transpose(List.of(0, 2, 3, 1))));
        }
      }
    }
    add(
        "patches",
        1e-4,
        m ->
            new Step.Convolution(
                m.arena(1, 3, 42, 28).transpose(List.of(0, 2, 3, 1)),
                null,
                m.constant(70, 3, 14, 14),
                m.constant(70),
                new Window(14, 14, 14, 14, 0, 0, 1, 1),
                1,
                Activation.NONE,
                null,
                m.arena(1, 3, 2, 70)));
    for (boolean planes : new boolean[] {false, true}) {
      for (int group : new int[] {1, 3}) {
        String how = (planes ? "planes" : "pixels backwards") + " of " + group + " groups";
        add("bytes in " + how, 1e-4, m -> bytes(m, planes, group));
      }
    }
    add(
        "depthwise, many pixels",
        1e-4,
        m ->
            new Step.Convolution(
                m.arena(1, 5, 150, 24),
                null,
                m.constant(24, 1, 3, 3),
                m.constant(24),
                new Window(3, 3, 1, 1, 1, 1, 1, 1),
                24,
                Activation.GELU,
                m.arena(1, 5, 150, 24),
                m.arena(1, 5, 150, 24)));
  }

  private static Step bytes(StepMemory m, boolean planes, int group) {
    View x =
        planes
            ? m.arena(DType.U8, 2, 6, 9, 11).transpose(List.of(0, 2, 3, 1))
            : m.arena(DType.U8, 2, 9, 11, 6).slice(3, 5, -1, 6);
    return new Step.Convolution(
        x,
        m.constant(6, 256),
        m.constant(21, 6 / group, 3, 2),
        m.constant(21),
        new Window(3, 2, 2, 1, 1, 1, 1, 2),
        group,
        Activation.RELU,
        null,
        m.arena(2, 5, 11, 21));
  }

  private static Taps taps(int from, int to, int width) {
    Random random = new Random(from + 31L * to);
    int[] index = random.ints((long) to * width, 0, from).toArray();
    float[] weights = new float[index.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 5 == 0 ? 0 : random.nextFloat() - 0.3f;
    }
    return new Taps(width, index, weights);
  }

  private void resampling() {
    for (int c : new int[] {1, 3, 12, 33}) {
      add(
          "resample pixels of " + c,
          1e-5,
          m ->
              new Step.Resample(
                  m.arena(2, 5, 7, c), taps(5, 11, 2), taps(7, 4, 4), m.arena(2, 11, 4, c)));
      add(
          "resample planes of " + c,
          1e-5,
          m ->
              new Step.Resample(
                  m.arena(2, c, 5, 7).transpose(List.of(0, 2, 3, 1)),
                  taps(5, 3, 1),
                  taps(7, 9, 3),
                  m.arena(2, c, 3, 9).transpose(List.of(0, 2, 3, 1))));
    }
  }

  private void pools() {
    for (boolean max : new boolean[] {true, false}) {
      add(
          "pool " + max,
          1e-5,
          m ->
              new Step.Pool(
                  max,
                  m.arena(2, 9, 11, 6),
                  new Window(3, 2, 2, 3, 1, 1, 1, 2),
                  true,
                  m.arena(2, 5, 4, 6)));
      add(
          "pool " + max + " planes",
          1e-5,
          m ->
              new Step.Pool(
                  max,
                  m.arena(2, 6, 9, 11).transpose(List.of(0, 2, 3, 1)),
                  new Window(3, 2, 2, 3, 1, 1, 1, 1),
                  false,
                  m.arena(2, 6, 5, 4).transpose(List.of(0, 2, 3, 1))));
    }
  }
}
