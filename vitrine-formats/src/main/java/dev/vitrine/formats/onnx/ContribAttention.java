package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.MatMul;
import dev.vitrine.graph.op.Mul;
import dev.vitrine.graph.op.Reshape;
import dev.vitrine.graph.op.Slice;
import dev.vitrine.graph.op.Softmax;
import dev.vitrine.graph.op.Transpose;
import java.util.List;

/** ONNX Runtime's attention operations for encoders, read as products and a softmax. */
final class ContribAttention {
  private ContribAttention() {}

  /** Inputs x, weights and bias of queries, keys and values side by side, and a bias of scores. */
  static void attention(ImportedNode n) {
    refuse(n, 3, "a mask");
    refuse(n, 4, "a past");
    refuse(n, 6, "a past");
    if (n.flag("unidirectional", false) || n.attribute("qkv_hidden_sizes") != null) {
      throw n.unsupported("attention of one direction or with sizes of its own");
    }
    Value all = n.add(new MatMul(), n.need(0), n.need(1));
    if (n.has(2)) {
      all = n.add(new Add(), all, n.need(2));
    }
    long size = width(n, all) / 3;
    give(n, part(n, all, 2, 0, size), part(n, all, 2, 1, size), part(n, all, 2, 2, size));
  }

  /** Inputs queries, keys and values, their biases side by side, and a bias of scores. */
  static void multiHeadAttention(ImportedNode n) {
    refuse(n, 4, "a mask");
    for (int i = 6; i < n.size(); i++) {
      refuse(n, i, "a past");
    }
    if (n.flag("unidirectional", false) || !n.has(2) || n.rank(1) != 3) {
      throw n.unsupported("attention of one direction or on packed keys");
    }
    Value[] in = {n.need(0), n.need(1), n.need(2)};
    long at = 0;
    for (int i = 0; i < 3 && n.has(3); i++) {
      long size = width(n, in[i]);
      Value bias = n.add(new Slice(), n.need(3), ints(n, "from", at), ints(n, "to", at + size));
      in[i] = n.add(new Add(), in[i], bias);
      at += size;
    }
    give(n, in[0], in[1], in[2]);
  }

  private static void give(ImportedNode n, Value q, Value k, Value v) {
    if (n.wants(1) || n.wants(2)) {
      throw n.unsupported("giving out keys and values");
    }
    long heads = n.integer("num_heads", 0);
    long size = width(n, q);
    if (heads < 1 || size % heads != 0) {
      throw n.fault(size + " is not a number of " + heads + " heads");
    }
    float scale = n.real("scale", 0);
    double by = scale == 0 ? 1 / Math.sqrt((double) size / heads) : scale;
    Value scores = n.add(new MatMul(), heads(n, q, heads, false), heads(n, k, heads, true));
    scores = n.add(new Mul(), scores, n.constant("scale", Tensor.scalar(q.dtype(), by)));
    if (n.has(5)) {
      scores = n.add(new Add(), scores, n.need(5));
    }
    Value p = n.add(new Softmax(-1), scores);
    Value y = n.add(new MatMul(), p, heads(n, v, heads, false));
    Value tokens = n.add(new Transpose(List.of(0L, 2L, 1L, 3L)), y);
    n.give(new Reshape(false), tokens, ints(n, "joined", 0, 0, width(n, v)));
  }

  /** [batch, heads, tokens, size], or with the last two axes swapped. */
  private static Value heads(ImportedNode n, Value x, long heads, boolean swapped) {
    Value split = n.add(new Reshape(false), x, ints(n, "heads", 0, 0, heads, -1));
    List<Long> perm = swapped ? List.of(0L, 2L, 3L, 1L) : List.of(0L, 2L, 1L, 3L);
    return n.add(new Transpose(perm), split);
  }

  private static Value part(ImportedNode n, Value x, long axis, long i, long size) {
    Value from = ints(n, "from", i * size);
    return n.add(new Slice(), x, from, ints(n, "to", (i + 1) * size), ints(n, "axis", axis));
  }

  private static Value ints(ImportedNode n, String role, long... values) {
    return n.constant(role, Tensor.ints(values));
  }

  private static long width(ImportedNode n, Value x) {
    Dim width = x.type().isKnown() ? x.shape().dim(-1) : null;
    if (width == null || !width.isStatic()) {
      throw n.unsupported("an unknown number of channels");
    }
    return width.size();
  }

  private static void refuse(ImportedNode n, int input, String what) {
    if (n.has(input)) {
      throw n.unsupported(what);
    }
  }
}
