package dev.vitrine.engine;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphParser;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Pieces of work whose kernels can be tried alone: each is a graph of one operation, which is
 * planned as one step. Sizes that vision transformers have are listed, for benchmarks.
 */
public enum Workload {
  /** A product with constant weights. */
  GEMM(
      "M,K,N",
      List.of("1370,384,1152", "1370,1536,384", "3136,96,288"),
      """
      graph (x: f32[M, K]) -> (y)
        %w: f32[K, N] = random 1
        y = MatMul(x, %w)
      """),
  /** A product of bytes. */
  GEMM_W8A8(
      "M,K,N",
      List.of("1370,384,1152", "1370,1536,384"),
      """
      graph (q: u8[M, K], s: f32[M], z: u8[M]) -> (y)
        %w: i8[K, N] = random 1
        %c: f32[N] = random 2
        y = QuantizedLinear(q, s, z, %w, %c) { activation: none, grade: w8a8 }
      """),
  /** A product of seven-bit numbers. */
  GEMM_W7A7(
      "M,K,N",
      List.of("1370,384,1152"),
      """
      graph (q: u8[M, K], s: f32[M], z: u8[M]) -> (y)
        %w: i8[K, N] = random 1
        %c: f32[N] = random 2
        y = QuantizedLinear(q, s, z, %w, %c) { activation: none, grade: w7a7 }
      """),
  /** A product with constant weights, a bias and GELU. */
  GEMM_GELU(
      "M,K,N",
      List.of("1370,384,1536"),
      """
      graph (x: f32[M, K]) -> (y)
        %w: f32[K, N] = random 1
        %b: f32[N] = random 2
        y = Linear(x, %w, %b) { activation: gelu }
      """),
  /** The same with a bias and something added. */
  GEMM_RESIDUAL(
      "M,K,N",
      List.of("1370,1536,384"),
      """
      graph (x: f32[M, K], r: f32[M, N]) -> (y)
        %w: f32[K, N] = random 1
        %b: f32[N] = random 2
        y = Linear(x, %w, %b, r) { activation: none }
      """),
  /** Attention between T tokens by H heads, which have C channels together. */
  ATTENTION(
      "T,H,C",
      List.of("1370,6,384", "257,6,384"),
      """
      graph (q: f32[1, T, C], k: f32[1, T, C], v: f32[1, T, C]) -> (y)
        y = FusedAttention(q, k, v) { heads: H, scale: 0.125 }
      """),
  /** The same on bytes. */
  ATTENTION_W8A8(
      "T,H,C",
      List.of("1370,6,384"),
      """
      graph (q: f32[1, T, C], k: f32[1, T, C], v: f32[1, T, C]) -> (y)
        y = QuantizedAttention(q, k, v) { heads: H, scale: 0.125 }
      """),
  /** Layer normalisation of R rows of C. */
  LAYER_NORM(
      "R,C",
      List.of("1370,384", "51200,32"),
      """
      graph (x: f32[R, C]) -> (y)
        %g: f32[C] = random 1
        %b: f32[C] = random 2
        y = LayerNormalization(x, %g, %b) { axis: -1, epsilon: 1e-6, stashType: f32 }
      """),
  /** Softmax of R rows of C. */
  SOFTMAX(
      "R,C",
      List.of("1370,1370"),
      """
      graph (x: f32[R, C]) -> (y)
        y = Softmax(x) { axis: -1 }
      """),
  /** A 3×3 convolution of pictures, channels last, from C channels to N. */
  CONVOLUTION(
      "H,W,C,N",
      List.of("160,160,32,64"),
      """
      graph (x: f32[1, H, W, C]) -> (y)
        %w: f32[N, C, 3, 3] = random 1
        %b: f32[N] = random 2
        y = ChannelsLastConv(x, %w, %b) { strides: [1, 1], pads: [1, 1, 1, 1], \
          dilations: [1, 1], group: 1, activation: none }
      """),
  /** A 3×3 convolution of each channel by its own kernel, and GELU. */
  DEPTHWISE(
      "H,W,C",
      List.of("80,160,256"),
      """
      graph (x: f32[1, H, W, C]) -> (y)
        %w: f32[C, 1, 3, 3] = random 1
        %b: f32[C] = random 2
        y = ChannelsLastConv(x, %w, %b) { strides: [1, 1], pads: [1, 1, 1, 1], \
          dilations: [1, 1], group: C, activation: gelu }
      """),
  /** A sum of two, and GELU. */
  ELEMENTWISE(
      "R,C",
      List.of("1370,1536"),
      """
      graph (a: f32[R, C], b: f32[R, C]) -> (y)
        s = Add(a, b)
        y = Gelu(s) { approximate: none }
      """);

  private static final long MOST_FLOATS = 1 << 28;

  private final String names;
  private final List<String> usual;
  private final String text;

  Workload(String names, List<String> usual, String text) {
    this.names = names;
    this.usual = usual;
    this.text = text;
  }

  /** The name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the sizes are, such as {@code M,K,N}. */
  public String sizes() {
    return names;
  }

  /** Sizes that vision transformers have. */
  public List<String> usual() {
    return usual;
  }

  /**
   * @throws VitrineException when there is no such piece of work
   */
  public static Workload parse(String text) {
    return Arrays.stream(values())
        .filter(w -> w.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new VitrineException(
                    "'%s' can't be timed; choose from %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(w -> w.text() + " " + w.names)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * The same work on bytes, by grade.
   *
   * @throws VitrineException when there is no such thing
   */
  public List<Workload> quantized() {
    return switch (this) {
      case GEMM -> List.of(GEMM_W8A8, GEMM_W7A7);
      case ATTENTION -> List.of(ATTENTION_W8A8);
      case GEMM_W8A8, GEMM_W7A7, ATTENTION_W8A8 -> List.of(this);
      default ->
          throw new VitrineException(
              "there are no int8 kernels for %s; leave --precision out".formatted(text()));
    };
  }

  /**
   * The graph for sizes in the order of {@link #sizes()}, separated by commas.
   *
   * @throws VitrineException for sizes below 1, too many or too few of them, or too large ones
   */
  public Graph graph(String sizes) {
    String[] keys = names.split(",");
    if (!sizes.matches("\\d{1,8}(,\\d{1,8})*") || sizes.split(",").length != keys.length) {
      throw new VitrineException(
          "'%s %s' can't be timed; write the sizes %s, such as %s %s"
              .formatted(text(), sizes, names, text(), usual.getFirst()));
    }
    long[] n = Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray();
    check(sizes, Arrays.stream(n).min().orElseThrow() > 0);
    for (int i = 0; i < n.length; i++) {
      for (int j = 0; j < i; j++) {
        check(sizes, n[i] * n[j] <= MOST_FLOATS);
      }
    }
    String s = text;
    for (int i = 0; i < n.length; i++) {
      s = s.replaceAll("\\b" + keys[i] + "\\b", Long.toString(n[i]));
    }
    Graph graph = GraphParser.parse(s, List.of("dev.vitrine.compiler.fused"));
    for (Value v : graph.values()) {
      long count = 1;
      for (long size : v.shape().sizes()) {
        count = Math.min(count, MOST_FLOATS + 1) * size;
      }
      check(sizes, count <= MOST_FLOATS);
    }
    return graph;
  }

  private void check(String sizes, boolean fits) {
    if (!fits) {
      throw new VitrineException(
          "%s of %s can't be timed; sizes go from 1 up, tensors to %d numbers"
              .formatted(text(), sizes, MOST_FLOATS));
    }
  }
}
