package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.fused.QuantizeRows;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Codes;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.Rows;
import dev.vitrine.compiler.plan.Scalar;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.compiler.plan.Taps;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.compiler.plan.Window;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.op.QuantizeLinear;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** What steps mean, in plain loops over doubles: the measure of every tier's kernels. */
public final class StepOracle {
  private final Program program;
  private final MemorySegment arena;
  private long[] weightsOf;
  private double[] weights;

  public StepOracle(Program program, MemorySegment arena) {
    this.program = program;
    this.arena = arena;
  }

  /** The element at those indices. */
  public double get(View v, long... index) {
    Buffer b = program.buffers().get(v.buffer());
    long at = place(v, index);
    return b.isConstant()
        ? b.constant().real(at)
        : v.dtype() == DType.U8
            ? arena.get(ValueLayout.JAVA_BYTE, b.offset() + at) & 0xff
            : arena.get(ValueLayout.JAVA_FLOAT, b.offset() + 4 * at);
  }

  /** Changes the element at those indices. */
  public void set(View v, double value, long... index) {
    Buffer b = program.buffers().get(v.buffer());
    long at = place(v, index);
    switch (v.dtype()) {
      case F32 -> arena.set(ValueLayout.JAVA_FLOAT, b.offset() + 4 * at, (float) value);
      case U8 -> arena.set(ValueLayout.JAVA_BYTE, b.offset() + at, (byte) value);
      case I64 -> arena.set(ValueLayout.JAVA_LONG, b.offset() + 8 * at, (long) value);
      default -> throw new IllegalArgumentException(v.toString());
    }
  }

  private static long place(View v, long... index) {
    long at = v.offset();
    for (int i = 0; i < index.length; i++) {
      at += index[i] * v.stride(i);
    }
    return at;
  }

  /** The indices of the n-th element in row-major order. */
  public static long[] index(View v, long n) {
    long[] index = new long[v.rank()];
    for (int i = v.rank() - 1; i >= 0; i--) {
      index[i] = n % v.size(i);
      n /= v.size(i);
    }
    return index;
  }

  /** Does the step in the arena. */
  public void run(Step step) {
    switch (step) {
      case Step.Coded s -> {
        View x = s.producer().writes().getFirst();
        Tensor before = tensor(x);
        run(s.producer());
        quantize(s, s.out(), s.given(), x);
        // What it is made of is stored nowhere.
        for (long n = 0; n < x.count(); n++) {
          set(x, before.real(n), index(x, n));
        }
      }
      case Step.QuantizeRows s -> quantize(s, s.out(), s.given(), s.x());
      case Step.QuantizedProduct s ->
          write(
              s,
              new QuantizedLinear(s.activation(), s.a().grade()),
              tensor(s.a().codes()),
              tensor(s.a().scale()),
              tensor(s.a().zero()),
              tensor(s.weight()),
              tensor(s.weightScale()),
              tensor(s.bias()),
              tensor(s.residual()));
      case Step.QuantizedAttention s -> attention(s);
      case Step.Colours s -> write(s, s.how(), tensor(s.x()));
      default -> byElement(step);
    }
  }

  private void quantize(Step s, Codes out, boolean given, View x) {
    if (given) {
      Tensor scale = tensor(out.scale().select(0, 0));
      Tensor zero = tensor(out.zero().select(0, 0));
      write(s, new QuantizeLinear(1, 0, null, null, true), tensor(x), scale, zero);
    } else {
      write(s, new QuantizeRows(out.grade()), tensor(x));
    }
  }

  private void attention(Step.QuantizedAttention s) {
    int heads = (int) s.q().size(1);
    var op = new QuantizedAttention(heads, (float) (s.factor() * Math.log(2)));
    Tensor result =
        op.evaluate(Inputs.of(sideBySide(s.q()), sideBySide(s.k()), sideBySide(s.v()))).getFirst();
    View out = s.out().transpose(List.of(0, 2, 1, 3));
    for (long n = 0; n < out.count(); n++) {
      set(out, result.real(n), index(out, n));
    }
  }

  /** [B, H, T, D] as a tensor [B, T, H·D]. */
  private Tensor sideBySide(View v) {
    return tensor(v.transpose(List.of(0, 2, 1, 3)))
        .reshape(Shape.of(v.size(0), v.size(2), v.size(1) * v.size(3)));
  }

  /** What the view sees; null for null. */
  private Tensor tensor(View v) {
    if (v == null) {
      return null;
    }
    Tensor t = Tensor.zeros(v.dtype(), Shape.of(v.sizes().stream().mapToLong(s -> s).toArray()));
    for (long n = 0; n < v.count(); n++) {
      t.set(n, get(v, index(v, n)));
    }
    return t;
  }

  private void write(Step step, Op op, Tensor... inputs) {
    List<Tensor> results = op.evaluate(Inputs.of(inputs));
    for (int i = 0; i < results.size(); i++) {
      View out = step.writes().get(i);
      for (long n = 0; n < out.count(); n++) {
        set(out, results.get(i).real(n), index(out, n));
      }
    }
  }

  private void byElement(Step step) {
    if (step instanceof Step.Copy s && s.to().dtype() == DType.I64) {
      copyLongs(s);
      return;
    }
    View out = step.writes().getFirst();
    for (long n = 0; n < out.count(); n++) {
      long[] at = index(out, n);
      double value =
          switch (step) {
            case Step.Product s -> product(s, at);
            case Step.Convolution s -> convolution(s, at);
            case Step.Attention s -> attention(s, at);
            case Step.LayerNorm s -> layerNorm(s, at);
            case Step.Softmax s -> softmax(s, at);
            case Step.Elementwise s -> elementwise(s.function(), s, at);
            case Step.Copy s -> get(s.from(), at);
            case Step.Gather s -> get(s.from(), first(at, s.rows().index()[(int) at[0]]));
            case Step.Fill s -> s.value();
            case Step.Resample s -> resample(s, at);
            case Step.Reduce s -> reduce(s, at);
            case Step.Pool s -> pool(s, at);
            case Step.Coded _,
                Step.Colours _,
                Step.QuantizeRows _,
                Step.QuantizedProduct _,
                Step.QuantizedAttention _,
                Step.Reference _ ->
                throw new IllegalArgumentException();
          };
      set(out, value, at);
    }
  }

  private void copyLongs(Step.Copy s) {
    for (long n = 0; n < s.to().count(); n++) {
      long[] at = index(s.to(), n);
      arena.set(
          ValueLayout.JAVA_LONG,
          program.buffers().get(s.to().buffer()).offset() + 8 * place(s.to(), at),
          arena.get(
              ValueLayout.JAVA_LONG,
              program.buffers().get(s.from().buffer()).offset() + 8 * place(s.from(), at)));
    }
  }

  private double product(Step.Product s, long[] at) {
    long[] a = s.rows() == null ? at.clone() : first(at, source(s.rows(), at[0]));
    long[] b = at.clone();
    double sum = s.bias() == null ? 0 : get(s.bias(), at[at.length - 1]);
    for (long k = 0; k < s.a().size(-1); k++) {
      a[at.length - 1] = k;
      b[at.length - 2] = k;
      sum += get(s.a(), a) * get(s.b(), b);
    }
    sum = s.activation().apply(sum);
    return s.residual() == null ? sum : sum + get(s.residual(), at);
  }

  private static long source(Rows rows, long goes) {
    int i = 0;
    while (rows.index()[i] != goes) {
      i++;
    }
    return i;
  }

  private double convolution(Step.Convolution s, long[] at) {
    Window w = s.window();
    long n = at[3];
    long depth = s.weight().size(1);
    long first = n / (s.weight().size(0) / s.group()) * depth;
    double sum = s.bias() == null ? 0 : get(s.bias(), n);
    for (long i = 0; i < w.kernelH(); i++) {
      for (long j = 0; j < w.kernelW(); j++) {
        long y = at[1] * w.strideH() - w.top() + i * w.dilationH();
        long z = at[2] * w.strideW() - w.left() + j * w.dilationW();
        if (y < 0 || y >= s.x().size(1) || z < 0 || z >= s.x().size(2)) {
          continue;
        }
        for (long c = 0; c < depth; c++) {
          double x = get(s.x(), at[0], y, z, first + c);
          if (s.table() != null) {
            x = get(s.table(), first + c, (long) x);
          }
          sum += x * get(s.weight(), n, c, i, j);
        }
      }
    }
    sum = s.activation().apply(sum);
    return s.residual() == null ? sum : sum + get(s.residual(), at);
  }

  private double attention(Step.Attention s, long[] at) {
    long[] query = Arrays.copyOf(at, 3);
    if (!Arrays.equals(query, weightsOf)) {
      weightsOf = query;
      weights = weights(s, at);
    }
    double mix = 0;
    for (int t = 0; t < weights.length; t++) {
      mix += weights[t] * get(s.v(), at[0], at[1], t, at[3]);
    }
    return mix;
  }

  private double[] weights(Step.Attention s, long[] at) {
    int keys = (int) s.k().size(2);
    double[] p = new double[keys];
    double max = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < keys; t++) {
      for (long d = 0; d < s.q().size(3); d++) {
        p[t] += get(s.q(), at[0], at[1], at[2], d) * get(s.k(), at[0], at[1], t, d);
      }
      p[t] *= s.scale();
      if (s.bias() != null) {
        p[t] += get(s.bias(), at[0] % s.bias().size(0), at[1], at[2], t);
      }
      max = Math.max(max, p[t]);
    }
    double sum = 0;
    for (int t = 0; t < keys; t++) {
      p[t] = Math.exp(p[t] - max);
      sum += p[t];
    }
    for (int t = 0; t < keys; t++) {
      p[t] /= sum;
    }
    return p;
  }

  private double layerNorm(Step.LayerNorm s, long[] at) {
    long n = s.x().size(-1);
    long[] from = s.rows() == null ? at : first(at, s.rows().index()[(int) at[0]]);
    double mean = 0;
    for (long i = 0; i < n; i++) {
      mean += get(s.x(), with(from, i)) / n;
    }
    double variance = 0;
    for (long i = 0; i < n; i++) {
      variance += Math.pow(get(s.x(), with(from, i)) - mean, 2) / n;
    }
    double v = (get(s.x(), from) - mean) / Math.sqrt(variance + s.epsilon());
    long last = at[at.length - 1];
    return v * (s.scale() == null ? 1 : get(s.scale(), last))
        + (s.bias() == null ? 0 : get(s.bias(), last));
  }

  private double softmax(Step.Softmax s, long[] at) {
    double sum = 0;
    for (long i = 0; i < s.x().size(-1); i++) {
      sum += Math.exp(get(s.x(), with(at, i)));
    }
    return Math.exp(get(s.x(), at)) / sum;
  }

  private static long[] first(long[] at, long row) {
    long[] index = at.clone();
    index[0] = row;
    return index;
  }

  private static long[] with(long[] at, long last) {
    long[] index = at.clone();
    index[at.length - 1] = last;
    return index;
  }

  private double elementwise(Scalar function, Step.Elementwise s, long[] at) {
    return function.apply(s.inputs().stream().mapToDouble(v -> get(v, at)).toArray());
  }

  private double resample(Step.Resample s, long[] at) {
    Taps rows = s.rows();
    Taps columns = s.columns();
    double sum = 0;
    for (int i = 0; i < rows.width(); i++) {
      for (int j = 0; j < columns.width(); j++) {
        int r = (int) at[1] * rows.width() + i;
        int c = (int) at[2] * columns.width() + j;
        double v = get(s.x(), at[0], rows.index()[r], columns.index()[c], at[3]);
        sum += rows.weights()[r] * columns.weights()[c] * v;
      }
    }
    return sum;
  }

  private double reduce(Step.Reduce s, long[] at) {
    View inner = s.x();
    for (long i : at) {
      inner = inner.select(0, i);
    }
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long where = 0;
    for (long n = 0; n < inner.count(); n++) {
      double v = get(inner, index(inner, n));
      sum += v;
      min = Math.min(min, v);
      if (v > max) {
        max = v;
        where = n;
      }
    }
    return switch (s.kind()) {
      case SUM -> sum;
      case MEAN -> sum / inner.count();
      case MAX -> max;
      case MIN -> min;
      case ARG_MAX -> where;
    };
  }

  private double pool(Step.Pool s, long[] at) {
    Window w = s.window();
    double sum = 0;
    double max = Double.NEGATIVE_INFINITY;
    int inside = 0;
    for (long i = 0; i < w.kernelH(); i++) {
      for (long j = 0; j < w.kernelW(); j++) {
        long y = at[1] * w.strideH() - w.top() + i * w.dilationH();
        long z = at[2] * w.strideW() - w.left() + j * w.dilationW();
        if (y >= 0 && y < s.x().size(1) && z >= 0 && z < s.x().size(2)) {
          double v = get(s.x(), at[0], y, z, at[3]);
          sum += v;
          max = Math.max(max, v);
          inside++;
        }
      }
    }
    return s.max() ? max : sum / (s.countPadding() ? w.kernelH() * w.kernelW() : inside);
  }
}
