package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.YuvToRgb;
import dev.vitrine.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * One piece of work on views of a program's buffers, whatever the machine. Elements are f32 where
 * nothing else is said. Vectors (biases, the scale of a normalisation) are constants. A step's
 * output overlaps none of its inputs.
 */
public sealed interface Step {
  /**
   * out = activation(a · b + bias) + residual for each index of the leading axes.
   *
   * @param a [batch…, M, K]
   * @param b [batch…, K, N]; a constant has no batch of its own (its strides there are 0)
   * @param bias [N] or null
   * @param residual [batch…, M, N] or null
   * @param rows null, or which row of out, and of the residual, each row of the product is: each
   *     once; a and out are matrices then
   * @param out [batch…, M, N]
   */
  record Product(
      View a, View b, View bias, Activation activation, View residual, Rows rows, View out)
      implements Step {
    /** With every row in its place. */
    public Product(View a, View b, View bias, Activation activation, View residual, View out) {
      this(a, b, bias, activation, residual, null, out);
    }
  }

  /**
   * Each row of x, a matrix, as {@link dev.vitrine.compiler.fused.QuantizeRows} says; or where a
   * scale and zero point are given, as {@link dev.vitrine.graph.op.QuantizeLinear} says, codes
   * only.
   *
   * @param given whether the scale and the zero point are read, one of each for all rows
   */
  record QuantizeRows(View x, Codes out, boolean given) implements Step {}

  /**
   * out = activation(fma(codes · weight, scale · weightScale, bias)) + residual, as {@link
   * dev.vitrine.compiler.fused.QuantizedLinear} says.
   *
   * @param a [M, K]
   * @param weight a constant i8 [K, N]
   * @param weightScale [N]
   * @param bias [N] or null
   * @param residual [M, N] or null
   * @param out [M, N]
   */
  record QuantizedProduct(
      Codes a,
      View weight,
      View weightScale,
      View bias,
      Activation activation,
      View residual,
      View out)
      implements Step {}

  /**
   * The codes of what a normalisation or a quantized product gives. Its own output is a matrix that
   * tells sizes but is stored nowhere.
   *
   * @param given as of {@link QuantizeRows}
   */
  record Coded(Step producer, Codes out, boolean given) implements Step {}

  /**
   * out = activation(convolution of x + bias) + residual.
   *
   * @param x [B, H, W, C]; u8 where there is a table
   * @param table a constant [C, 256] of what the levels of x stand for, or null; what lies beside
   *     the picture is 0 whatever the table holds
   * @param weight a constant [N, C/group, kernelH, kernelW]
   * @param bias [N] or null
   * @param residual [B, H', W', N] or null
   * @param out [B, H', W', N]; group g gives channels g·N/group and on, from channels g·C/group and
   *     on
   */
  record Convolution(
      View x,
      View table,
      View weight,
      View bias,
      Window window,
      int group,
      Activation activation,
      View residual,
      View out)
      implements Step {
    /** One output channel from each input channel, of floats. */
    public boolean isDepthwise() {
      return table == null && group > 1 && weight.size(1) == 1 && weight.size(0) == group;
    }
  }

  /**
   * For each batch b and head h: out = softmax(scale · q · kᵀ + bias) · v over the keys.
   *
   * @param q [B, H, Tq, D]
   * @param k [B, H, Tk, D]
   * @param v [B, H, Tk, Dv]
   * @param bias [n, H, Tq, Tk] where n divides B: batch b takes entry b mod n; or null
   * @param out [B, H, Tq, Dv]
   */
  record Attention(View q, View k, View v, View bias, float scale, View out) implements Step {}

  /**
   * As {@link dev.vitrine.compiler.fused.QuantizedAttention} says.
   *
   * @param q [B, H, Tq, D]
   * @param k [B, H, Tk, D]
   * @param v [B, H, Tk, Dv]
   * @param factor of scores, in powers of two
   * @param out [B, H, Tq, Dv]
   */
  record QuantizedAttention(View q, View k, View v, float factor, View out) implements Step {}

  /**
   * Each row (the last axis) minus its mean, divided by √(variance + epsilon), times scale, plus
   * bias.
   *
   * @param rows null, or which row of x each row of out comes from; x and out are matrices then
   * @param scale [N] or null
   * @param bias [N] or null
   */
  record LayerNorm(View x, Rows rows, View scale, View bias, float epsilon, View out)
      implements Step {
    /** Of every row in its place. */
    public LayerNorm(View x, View scale, View bias, float epsilon, View out) {
      this(x, null, scale, bias, epsilon, out);
    }
  }

  /** Softmax over each row (the last axis). */
  record Softmax(View x, View out) implements Step {}

  /** The function at every place. All inputs have out's sizes; what repeats has strides of 0. */
  record Elementwise(Scalar function, List<View> inputs, View out) implements Step {
    public Elementwise {
      inputs = List.copyOf(inputs);
    }
  }

  /** Element by element, views of equal sizes and of any one type. */
  record Copy(View from, View to) implements Step {}

  /**
   * Row i of {@code to} is row {@code rows.index()[i]} of {@code from}; rows are along the first
   * axis, of any one type.
   */
  record Gather(View from, Rows rows, View to) implements Step {}

  /** One value everywhere. */
  record Fill(float value, View to) implements Step {}

  /**
   * Pictures x[B, H, W, C] resampled to out[B, H', W', C]: rows by one set of taps, columns by
   * another.
   */
  record Resample(View x, Taps rows, Taps columns, View out) implements Step {}

  /** The last {@code axes} axes of x made one value: out has the sizes of the others. */
  record Reduce(Kind kind, View x, int axes, View out) implements Step {
    /** How a row becomes a value. ARG_MAX gives the first place of the largest, as i64. */
    public enum Kind {
      SUM,
      MEAN,
      MAX,
      MIN,
      ARG_MAX
    }
  }

  /**
   * Pictures from a camera as colours, as {@link dev.vitrine.compiler.fused.YuvToRgb} says.
   *
   * @param x u8 without gaps
   * @param out u8 [B, H, W, 3] without gaps
   */
  record Colours(View x, YuvToRgb how, View out) implements Step {}

  /**
   * The largest or the mean of each window of pictures x[B, H, W, C].
   *
   * @param max the largest, padding ignored; else the mean
   * @param countPadding whether the mean's divisor counts what lies in the padding
   */
  record Pool(boolean max, View x, Window window, boolean countPadding, View out) implements Step {}

  /**
   * The operation's own evaluation.
   *
   * @param inputs dense, of any type; null where an optional one is absent
   * @param outputs dense
   */
  record Reference(Op op, List<View> inputs, List<View> outputs) implements Step {
    public Reference {
      inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
      outputs = List.copyOf(outputs);
    }
  }

  /** What is read, in a fixed order. */
  default List<View> reads() {
    return switch (this) {
      case Product s -> present(s.a, s.b, s.bias, s.residual);
      case QuantizeRows s -> s.given ? List.of(s.x, s.out.scale(), s.out.zero()) : List.of(s.x);
      case Coded s -> {
        List<View> all = new ArrayList<>(s.producer.reads());
        all.addAll(s.given ? List.of(s.out.scale(), s.out.zero()) : List.of());
        yield all;
      }
      case QuantizedProduct s ->
          present(
              s.a.codes(), s.a.scale(), s.a.zero(), s.weight, s.weightScale, s.bias, s.residual);
      case Convolution s -> present(s.x, s.table, s.weight, s.bias, s.residual);
      case Attention s -> present(s.q, s.k, s.v, s.bias);
      case QuantizedAttention s -> List.of(s.q, s.k, s.v);
      case LayerNorm s -> present(s.x, s.scale, s.bias);
      case Softmax s -> List.of(s.x);
      case Elementwise s -> s.inputs;
      case Copy s -> List.of(s.from);
      case Gather s -> List.of(s.from);
      case Fill _ -> List.of();
      case Resample s -> List.of(s.x);
      case Reduce s -> List.of(s.x);
      case Colours s -> List.of(s.x);
      case Pool s -> List.of(s.x);
      case Reference s -> s.inputs.stream().filter(Objects::nonNull).toList();
    };
  }

  /** What is written. */
  default List<View> writes() {
    return switch (this) {
      case Product s -> List.of(s.out);
      case QuantizeRows s -> s.given ? List.of(s.out.codes()) : s.out.views();
      case Coded s -> s.given ? List.of(s.out.codes()) : s.out.views();
      case QuantizedProduct s -> List.of(s.out);
      case Convolution s -> List.of(s.out);
      case Attention s -> List.of(s.out);
      case QuantizedAttention s -> List.of(s.out);
      case LayerNorm s -> List.of(s.out);
      case Softmax s -> List.of(s.out);
      case Elementwise s -> List.of(s.out);
      case Copy s -> List.of(s.to);
      case Gather s -> List.of(s.to);
      case Fill s -> List.of(s.to);
      case Resample s -> List.of(s.out);
      case Reduce s -> List.of(s.out);
      case Colours s -> List.of(s.out);
      case Pool s -> List.of(s.out);
      case Reference s -> s.outputs;
    };
  }

  /** Floating-point operations; a multiply-add counts two, an exponential one. */
  default long flops() {
    long out = writes().getFirst().count();
    return switch (this) {
      case Product s -> 2 * out * s.a.size(-1);
      case QuantizeRows _ -> 3 * out;
      case Coded s -> s.producer.flops() + 3 * out;
      case QuantizedProduct s -> 2 * out * s.a.codes().size(-1);
      case Convolution s -> 2 * out * s.weight.count(1, 4);
      case Attention s -> 2 * s.k.size(2) * (s.q.count() + out);
      case QuantizedAttention s -> 2 * s.k.size(2) * (s.q.count() + out);
      case LayerNorm _, Softmax _ -> 5 * out;
      case Elementwise s -> out * s.function.operations();
      case Resample s -> 2 * out * (s.rows.width() + s.columns.width());
      case Reduce s -> s.x.count();
      case Colours _ -> 6 * out;
      case Pool s -> out * s.window.kernelH() * s.window.kernelW();
      case Copy _, Gather _, Fill _, Reference _ -> 0;
    };
  }

  private static List<View> present(View... views) {
    List<View> out = new ArrayList<>();
    for (View v : views) {
      if (v != null) {
        out.add(v);
      }
    }
    return out;
  }
}
