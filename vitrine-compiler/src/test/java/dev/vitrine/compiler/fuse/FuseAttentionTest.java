package dev.vitrine.compiler.fuse;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import dev.vitrine.compiler.rewrite.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with 2 heads of depth 3 over 5 tokens, as exporters spell it. */
class FuseAttentionTest {
  private static final String SEPARATE =
      """
      graph (q: f32[n, 5, 6], k: f32[n, 5, 6], v: f32[n, 5, 6]) -> (y)
        qr = Reshape(q, [-1, 5, 2, 3]) { allowzero: false }
        qh = Transpose(qr) { perm: [0, 2, 1, 3] }
        kr = Reshape(k, [-1, 5, 2, 3]) { allowzero: false }
        kh = Transpose(kr) { perm: [0, 2, 3, 1] }
        vr = Reshape(v, [-1, 5, 2, 3]) { allowzero: false }
        vh = Transpose(vr) { perm: [0, 2, 1, 3] }
      """;
  private static final String OUT =
      """
        o = MatMul(p, vh)
        ot = Transpose(o) { perm: [0, 2, 1, 3] }
        y = Reshape(ot, [-1, 5, 6]) { allowzero: false }
      """;

  private static String fused(String bias, double scale) {
    return "graph (q: f32[n, 5, 6], k: f32[n, 5, 6], v: f32[n, 5, 6]) -> (y)\n"
        + (bias.isEmpty() ? "" : " %b: " + bias + "\n")
        + " y = FusedAttention(q, k, v"
        + (bias.isEmpty() ? "" : ", %b")
        + ") { heads: 2, scale: "
        + scale
        + " }";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s = MatMul(qh, kh); p = Softmax(s) { axis: -1 } | 1",
        "s = MatMul(qh, kh); t = Mul(s, 0.5); p = Softmax(t) { axis: 3 } | 0.5",
        "a = Mul(qh, 0.5); b = Mul(kh, 0.5); s = MatMul(a, b); p = Softmax(s) { axis: -1 } | 0.25",
        "s = MatMul(qh, kh); t = Div(s, 4); p = Softmax(t) { axis: -1 } | 0.25",
        "s = MatMul(qh, kh); w = Softmax(s) { axis: -1 }; g = IsNaN(w); p = Where(g, 0:f32, w) | 1",
      })
  void scales(String nodes, double scale) {
    rewrite(new FuseAttention())
        .turns(SEPARATE + nodes.replace(';', '\n') + "\n" + OUT)
        .into(fused("", scale));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f32[1, 2, 5, 5] = random 3 | f32[1, 2, 5, 5] = random 3",
        "f32[2, 5, 5] = random 3    | f32[1, 2, 5, 5] = random 3",
        "f32[5, 5] = random 3       | f32[1, 1, 5, 5] = random 3",
        "f32[1, 1, 1, 5] = random 3 | f32[1, 1, 1, 5] = random 3",
      })
  void biases(String bias, String expected) {
    rewrite(new FuseAttention())
        .turns(
            SEPARATE
                + " %b: "
                + bias
                + "\n s = MatMul(qh, kh)\n t = Mul(s, 0.5)\n u = Add(%b, t)\n"
                + " p = Softmax(u) { axis: -1 }\n"
                + OUT)
        .into(fused(expected, 0.5));
  }

  @Test
  void biasOfZerosIsNone() {
    rewrite(new FuseAttention())
        .turns(
            SEPARATE + " s = MatMul(qh, kh)\n u = Add(s, 0)\n p = Softmax(u) { axis: -1 }\n" + OUT)
        .into(fused("", 1));
  }

  @Test
  void biasThatIsComputed() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[1, 5, 6], m: f32[5, 5]) -> (y)
              r = Reshape(x, [1, 5, 2, 3]) { allowzero: false }
              q = Transpose(r) { perm: [0, 2, 1, 3] }
              k = Transpose(r) { perm: [0, 2, 3, 1] }
              s = MatMul(q, k)
              u = Add(s, m)
              p = Softmax(u) { axis: -1 }
              o = MatMul(p, q)
              t = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(t, [1, 5, 6]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[1, 5, 6], m: f32[5, 5]) -> (y)
              b = Reshape(m, [1, 1, 5, 5]) { allowzero: false }
              y = FusedAttention(x, x, x, b) { heads: 2, scale: 1 }
            """);
  }

  /**
   * One product for queries, keys and values; parts picked by Gather from [3, n, heads, 5, depth].
   */
  @Test
  void partsByGather() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[n, 5, 18]) -> (y)
              r = Reshape(x, [-1, 5, 3, 2, 3]) { allowzero: false }
              t = Transpose(r) { perm: [2, 0, 3, 1, 4] }
              q = Gather(t, 0:i64) { axis: 0 }
              k = Gather(t, 1:i64) { axis: 0 }
              v = Gather(t, -1:i64) { axis: 0 }
              kt = Transpose(k) { perm: [0, 1, 3, 2] }
              s = MatMul(q, kt)
              p = Softmax(s) { axis: -1 }
              o = MatMul(p, v)
              ot = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(ot, [-1, 5, 6]) { allowzero: false }
            """)
        .into(sliced("n"));
  }

  @Test
  void partsBySplitAndSqueeze() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[n, 5, 18]) -> (y)
              r = Reshape(x, [-1, 5, 3, 2, 3]) { allowzero: false }
              t = Transpose(r) { perm: [2, 0, 3, 1, 4] }
              a, b, c = Split(t, [1, 1, 1]) { axis: 0, numOutputs: 0 }
              q = Squeeze(a, [0])
              k = Squeeze(b, [0])
              v = Squeeze(c, [0])
              kt = Transpose(k) { perm: [0, 1, 3, 2] }
              s = MatMul(q, kt)
              p = Softmax(s) { axis: -1 }
              o = MatMul(p, v)
              ot = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(ot, [-1, 5, 6]) { allowzero: false }
            """)
        .into(sliced("n"));
  }

  @Test
  void partsBySliceOfTheLastAxis() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[4, 5, 18]) -> (y)
              a = Slice(x, [0], [6], [2])
              b = Slice(x, [6], [12], [2])
              c = Slice(x, [12], [18], [2])
              qr = Reshape(a, [20, 2, 3]) { allowzero: false }
              qs = Reshape(qr, [4, 5, 2, 3]) { allowzero: false }
              q = Transpose(qs) { perm: [0, 2, 1, 3] }
              kr = Reshape(b, [4, 5, 2, 3]) { allowzero: false }
              kh = Transpose(kr) { perm: [0, 2, 1, 3] }
              kf = Reshape(kh, [8, 5, 3]) { allowzero: false }
              kt = Transpose(kf) { perm: [0, 2, 1] }
              k = Reshape(kt, [4, 2, 3, 5]) { allowzero: false }
              vr = Reshape(c, [4, 5, 2, 3]) { allowzero: false }
              v = Transpose(vr) { perm: [0, 2, 1, 3] }
              s = MatMul(q, k)
              p = Softmax(s) { axis: -1 }
              o = MatMul(p, v)
              ot = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(ot, [20, 6]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[4, 5, 18]) -> (y)
              a = Slice(x, [0], [6], [2])
              b = Slice(x, [6], [12], [2])
              c = Slice(x, [12], [18], [2])
              o = FusedAttention(a, b, c) { heads: 2, scale: 1 }
              y = Reshape(o, [20, 6]) { allowzero: false }
            """);
  }

  private static String sliced(String batch) {
    return "graph (x: f32["
        + batch
        + ", 5, 18]) -> (y)\n a = Slice(x, [0], [6], [2])\n b = Slice(x, [6], [12], [2])\n"
        + " c = Slice(x, [12], [18], [2])\n y = FusedAttention(a, b, c) { heads: 2, scale: 1 }";
  }

  /**
   * Four windows a picture; the mask is for windows and is added with the batch cut in two axes.
   */
  @Test
  void windowsWithMask() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[8, 5, 6]) -> (y)
              %b: f32[1, 2, 5, 5] = random 1
              %m: f32[1, 4, 1, 5, 5] = random 2
              r = Reshape(x, [8, 5, 2, 3]) { allowzero: false }
              q = Transpose(r) { perm: [0, 2, 1, 3] }
              k = Transpose(r) { perm: [0, 2, 3, 1] }
              s = MatMul(q, k)
              a = Add(s, %b)
              c = Reshape(a, [2, 4, 2, 5, 5]) { allowzero: false }
              d = Add(c, %m)
              e = Reshape(d, [8, 2, 5, 5]) { allowzero: false }
              p = Softmax(e) { axis: -1 }
              o = MatMul(p, q)
              t = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(t, [8, 5, 6]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[8, 5, 6]) -> (y)
              %b: f32[4, 2, 5, 5] = random 1
              y = FusedAttention(x, x, x, %b) { heads: 2, scale: 1 }
            """);
  }

  /** The mask repeated for a batch of free size. */
  @Test
  void maskOfAFreeBatch() {
    rewrite(new FuseAttention())
        .turns(
            """
            graph (x: f32[n, 4, 5, 6]) -> (y)
              %m: f32[1, 4, 1, 5, 5] = random 2
              w = Reshape(x, [-1, 5, 6]) { allowzero: false }
              r = Reshape(w, [-1, 5, 2, 3]) { allowzero: false }
              q = Transpose(r) { perm: [0, 2, 1, 3] }
              k = Transpose(r) { perm: [0, 2, 3, 1] }
              s = MatMul(q, k)
              z = Shape(x) { start: 0, end: 1 }
              f = Concat(z, [4, 1, 5, 5]) { axis: 0 }
              g = Expand(%m, f)
              h = Reshape(g, [-1, 1, 5, 5]) { allowzero: false }
              e = Add(s, h)
              p = Softmax(e) { axis: -1 }
              o = MatMul(p, q)
              t = Transpose(o) { perm: [0, 2, 1, 3] }
              y = Reshape(t, [-1, 5, 6]) { allowzero: false }
            """)
        .into(
            """
            graph (x: f32[n, 4, 5, 6]) -> (y)
              %m: f32[4, 1, 5, 5] = random 2
              w = Reshape(x, [-1, 5, 6]) { allowzero: false }
              y = FusedAttention(w, w, w, %m) { heads: 2, scale: 1 }
            """);
  }

  @Test
  void resultWithHeadsApart() {
    rewrite(new FuseAttention())
        .turns(
            SEPARATE.replace("(y)", "(o)")
                + " s = MatMul(qh, kh)\n p = Softmax(s) { axis: -1 }\n o = MatMul(p, vh)\n")
        .into(
            """
            graph (q: f32[n, 5, 6], k: f32[n, 5, 6], v: f32[n, 5, 6]) -> (o)
              a = FusedAttention(q, k, v) { heads: 2, scale: 1 }
              b = Reshape(a, [-1, 5, 2, 3]) { allowzero: false }
              o = Transpose(b) { perm: [0, 2, 1, 3] }
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s = MatMul(qh, kh); p = Softmax(s) { axis: 2 } | OTHER_AXES",
        "s = MatMul(qh, kh); t = Relu(s); p = Softmax(t) { axis: -1 } | OTHER_SHAPE",
        "%b: f32[5, 1] = random 1; s = MatMul(qh, kh); t = Mul(s, %b); p = Softmax(t) { axis: -1 }"
            + " | OTHER_SHAPE",
        "kc = Transpose(kr) { perm: [0, 3, 2, 1] }; qc = Transpose(qr) { perm: [0, 3, 1, 2] };"
            + " s = MatMul(qc, kc); t = ReduceMean(s, [1]) { keepdims: true, noopWithEmptyAxes: false };"
            + " p = Softmax(t) { axis: -1 } | OTHER_SHAPE",
      })
  void nearMisses(String nodes, Reason reason) {
    rewrite(new FuseAttention()).leaves(SEPARATE + nodes.replace(';', '\n') + "\n" + OUT, reason);
  }

  @Test
  void weightsThatAreAnOutput() {
    rewrite(new FuseAttention())
        .leaves(
            SEPARATE.replace("(y)", "(y, p)")
                + " s = MatMul(qh, kh)\n p = Softmax(s) { axis: -1 }\n"
                + OUT,
            Reason.USED_ELSEWHERE);
  }

  private static final String ATTENTION =
      " { isCausal: false, kvNumHeads: 2, leftWindowSize: -1, qNumHeads: 2, qkMatmulOutputMode: 0,"
          + " rightWindowSize: -1, scale: 0.5, softcap: 0, softmaxPrecision: null }";

  @Test
  void operation() {
    String head = "graph (q: f32[n, 5, 6], k: f32[n, 5, 6], v: f32[n, 5, 6]) -> (y)\n ";
    rewrite(new FuseAttentionOp())
        .turns(head + "y = Attention(q, k, v)" + ATTENTION)
        .into(head + "y = FusedAttention(q, k, v) { heads: 2, scale: 0.5 }");
  }

  @Test
  void operationOnHeadsApart() {
    rewrite(new FuseAttentionOp())
        .turns(
            "graph (x: f32[n, 5, 6]) -> (y)\n"
                + " r = Reshape(x, [-1, 5, 2, 3]) { allowzero: false }\n"
                + " q = Transpose(r) { perm: [0, 2, 1, 3] }\n"
                + " a = Attention(q, q, q)"
                + ATTENTION
                + "\n t = Transpose(a) { perm: [0, 2, 1, 3] }\n"
                + " y = Reshape(t, [-1, 5, 6]) { allowzero: false }")
        .into(
            "graph (x: f32[n, 5, 6]) -> (y)\n y = FusedAttention(x, x, x) { heads: 2, scale: 0.5 }");
  }

  @Test
  void operationWithMask() {
    String head = "graph (q: f32[n, 1, 6], k: f32[n, 3, 6]) -> (y)\n ";
    rewrite(new FuseAttentionOp())
        .turns(head + "%m: bool[1, 3] = [1, 0, 1]\n y = Attention(q, k, k, %m)" + ATTENTION)
        .into(
            head
                + "%m: f32[1, 1, 1, 3] = [0, -Infinity, 0]\n"
                + " y = FusedAttention(q, k, k, %m) { heads: 2, scale: 0.5 }");
  }

  @ParameterizedTest
  @CsvSource({
    "isCausal: false, isCausal: true",
    "softcap: 0, softcap: 2",
    "leftWindowSize: -1, leftWindowSize: 1"
  })
  void operationWithMore(String plain, String more) {
    rewrite(new FuseAttentionOp())
        .leaves(
            "graph (q: f32[n, 5, 6]) -> (y)\n y = Attention(q, q, q)"
                + ATTENTION.replace(plain, more),
            Reason.OTHER_VALUE);
  }
}
