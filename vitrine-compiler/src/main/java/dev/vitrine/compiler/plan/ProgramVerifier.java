package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import java.util.BitSet;
import java.util.List;

/**
 * Checks that a program, which may come from a file, keeps to what {@link Step} states: kernels may
 * rely on that, and so touch nothing outside the program's buffers.
 */
public final class ProgramVerifier {
  /** The most that an axis or a parameter of a window may be: products of two fit an int. */
  private static final int MOST_WINDOW = 1 << 15;

  private static final int MOST_SIDE = 1 << 24;
  private static final int MOST_RANK = 16;
  private static final long LEVELS = 256;

  /** What a view may repeat however little memory there is. */
  private static final long FEW_ELEMENTS = 1 << 20;

  private final Program program;
  private final long mostElements;

  private ProgramVerifier(Program program) {
    this.program = program;
    long largest = Math.max(FEW_ELEMENTS, program.arenaBytes());
    for (Buffer b : program.buffers()) {
      largest = Math.max(largest, b.bytes());
    }
    mostElements = largest;
  }

  /**
   * @throws GraphException naming the step and the fault
   */
  public static void check(Program program) {
    new ProgramVerifier(program).check();
  }

  /**
   * Checks that a view lies in its buffer.
   *
   * @throws GraphException when it doesn't
   */
  public static void check(Program program, View view) {
    inside("a view", () -> new ProgramVerifier(program).inBounds(view));
  }

  private void check() {
    for (int i = 0; i < program.buffers().size(); i++) {
      Buffer b = program.buffers().get(i);
      boolean placed =
          b.offset() >= 0
              && b.offset() % Program.ALIGNMENT == 0
              && b.bytes() <= program.arenaBytes() - b.offset()
              && Arena.aligned(b.bytes()) <= program.arenaBytes() - b.offset();
      // What no step uses has no place.
      if (b.bytes() < 0 || !(b.isConstant() || placed || b.offset() == -1)) {
        throw new GraphException("buffer %d is outside the arena".formatted(i));
      }
    }
    for (Program.Port p : program.inputs()) {
      inside("input '" + p.name() + "'", () -> port(p, true));
    }
    for (Program.Port p : program.outputs()) {
      inside("output '" + p.name() + "'", () -> port(p, false));
    }
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i).step();
      inside("step " + i + " (" + step.getClass().getSimpleName() + ")", () -> step(step));
    }
  }

  private static void inside(String where, Runnable check) {
    try {
      check.run();
    } catch (GraphException e) {
      throw new GraphException(where + " " + e.getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NullPointerException e) {
      throw new GraphException(where + " is not as it should be", e);
    }
  }

  private void port(Program.Port p, boolean input) {
    inBounds(p.view());
    require(!input || !isConstant(p.view()), "is a constant");
    require(p.view().isDense(), "has gaps");
    require(
        p.type().isStatic()
            && p.type().dtype() == p.view().dtype()
            && p.type().bytes() == p.view().count() * p.view().dtype().bytes(),
        "has another type than its place");
  }

  private void step(Step step) {
    step.reads().forEach(this::inBounds);
    for (View v : step.writes()) {
      inBounds(v);
      require(!isConstant(v), "writes to a constant");
      require(!v.isRepeated(), "writes an element twice");
    }
    form(step);
  }

  private void form(Step step) {
    switch (step) {
      case Step.Coded s -> {
        require(
            s.producer() instanceof Step.LayerNorm || s.producer() instanceof Step.QuantizedProduct,
            "makes codes of what it can't");
        form(s.producer());
        codes(s.out(), s.given());
        same(s.producer().writes().getFirst(), s.out().codes());
      }
      case Step.Product s -> product(s);
      case Step.QuantizeRows s -> {
        floats(s.x());
        codes(s.out(), s.given());
        same(s.x(), s.out().codes());
      }
      case Step.QuantizedProduct s -> quantizedProduct(s);
      case Step.Convolution s -> convolution(s);
      case Step.Attention s -> attention(s.q(), s.k(), s.v(), s.bias(), s.out());
      case Step.QuantizedAttention s -> {
        attention(s.q(), s.k(), s.v(), null, s.out());
        require(s.k().size(2) <= QuantizedAttention.MOST_KEYS, "has too many keys");
      }
      case Step.LayerNorm s -> {
        floats(s.x(), s.out());
        if (s.rows() == null) {
          same(s.x(), s.out());
        } else {
          require(s.x().rank() == 2, "picks rows of what is no matrix");
          picks(s.x(), s.rows(), s.out());
        }
        vector(s.scale(), s.x().size(-1));
        vector(s.bias(), s.x().size(-1));
      }
      case Step.Softmax s -> {
        floats(s.x(), s.out());
        require(s.x().rank() > 0, "has no rows");
        same(s.x(), s.out());
      }
      case Step.Elementwise s -> {
        floats(s.out());
        s.inputs().forEach(this::floats);
        s.inputs().forEach(v -> same(v, s.out()));
        require(inputs(s.function()) <= s.inputs().size(), "reads an input that it hasn't");
      }
      case Step.Copy s -> {
        same(s.from(), s.to());
        require(s.from().dtype() == s.to().dtype(), "changes the element type");
      }
      case Step.Gather s -> {
        require(s.from().dtype() == s.to().dtype(), "changes the element type");
        picks(s.from(), s.rows(), s.to());
      }
      case Step.Fill s -> floats(s.to());
      case Step.Resample s -> {
        pictures(s.x(), s.out());
        require(s.x().size(3) == s.out().size(3), "has sizes that don't fit");
        taps(s.rows(), s.x().size(1), s.out().size(1));
        taps(s.columns(), s.x().size(2), s.out().size(2));
      }
      case Step.Reduce s -> {
        floats(s.x());
        boolean place = s.kind() == Step.Reduce.Kind.ARG_MAX;
        require(s.out().dtype() == (place ? DType.I64 : DType.F32), "gives another type");
        require(
            s.axes() >= 0
                && s.x().rank() - s.axes() == s.out().rank()
                && s.x().sizes().subList(0, s.out().rank()).equals(s.out().sizes()),
            "has sizes that don't fit");
      }
      case Step.Colours s -> colours(s);
      case Step.Pool s -> {
        pictures(s.x(), s.out());
        require(s.x().size(3) == s.out().size(3), "has sizes that don't fit");
        window(s.window());
      }
      case Step.Reference s -> {
        require(s.op() != null, "has no operation");
        require(
            step.reads().stream().allMatch(View::isDense)
                && step.writes().stream().allMatch(View::isDense),
            "has gaps");
      }
    }
  }

  private void product(Step.Product s) {
    floats(s.a(), s.b(), s.out());
    int rank = s.out().rank();
    require(rank >= 2 && s.a().rank() == rank && s.b().rank() == rank, "has other ranks");
    List<Long> batch = s.out().sizes().subList(0, rank - 2);
    require(
        s.a().sizes().subList(0, rank - 2).equals(batch)
            && s.b().sizes().subList(0, rank - 2).equals(batch)
            && s.a().size(-2) == s.out().size(-2)
            && s.a().size(-1) == s.b().size(-2)
            && s.b().size(-1) == s.out().size(-1),
        "has sizes that don't fit");
    vector(s.bias(), s.out().size(-1));
    residual(s.residual(), s.out());
    if (s.rows() != null) {
      require(rank == 2, "moves rows of what is no matrix");
      permutation(s.rows().index(), s.out().size(0));
    }
  }

  private static void codes(Codes c) {
    require(c.grade() != null, "has no grade");
    require(
        c.codes().dtype() == DType.U8
            && c.scale().dtype() == DType.F32
            && c.zero().dtype() == DType.U8,
        "has codes of other types");
    List<Long> rows = c.codes().sizes().subList(0, 1);
    require(
        c.codes().rank() == 2 && c.scale().sizes().equals(rows) && c.zero().sizes().equals(rows),
        "has sizes that don't fit");
  }

  /**
   * @param given whether one scale and zero point are read for all rows
   */
  private static void codes(Codes c, boolean given) {
    codes(c);
    require(
        !given || c.codes().size(0) <= 1 || (c.scale().stride(0) == 0 && c.zero().stride(0) == 0),
        "has a scale for each row");
    require(!given || c.grade() == Grade.W8A8, "gives other codes than bytes");
  }

  private void quantizedProduct(Step.QuantizedProduct s) {
    codes(s.a());
    floats(s.out());
    require(
        isConstant(s.weight()) && s.weight().dtype() == DType.I8 && s.weight().rank() == 2,
        "has weights that aren't constant bytes");
    require(
        s.out().rank() == 2
            && s.a().codes().size(0) == s.out().size(0)
            && s.a().codes().size(1) == s.weight().size(0)
            && s.weight().size(0) <= QuantizedLinear.DEEPEST
            && s.weight().size(1) == s.out().size(1),
        "has sizes that don't fit");
    require(s.weightScale() != null, "has no scales");
    vector(s.weightScale(), s.out().size(1));
    vector(s.bias(), s.out().size(1));
    residual(s.residual(), s.out());
  }

  private void convolution(Step.Convolution s) {
    sized(s.x(), s.out());
    if (s.table() == null) {
      floats(s.x());
    } else {
      table(s.table(), s.x());
    }
    floats(s.out(), s.weight());
    require(isConstant(s.weight()) && s.weight().rank() == 4, "has weights that aren't constant");
    window(s.window());
    long n = s.out().size(3);
    require(
        s.group() >= 1
            && s.x().size(3) % s.group() == 0
            && n % s.group() == 0
            && s.weight().size(0) == n
            && s.weight().size(1) == s.x().size(3) / s.group()
            && s.weight().size(2) == s.window().kernelH()
            && s.weight().size(3) == s.window().kernelW()
            && s.x().size(0) == s.out().size(0),
        "has sizes that don't fit");
    vector(s.bias(), n);
    residual(s.residual(), s.out());
  }

  private static void colours(Step.Colours s) {
    View x = s.x();
    View out = s.out();
    sized(x, out);
    boolean planar = s.how().sampling().isPlanar();
    require(
        x.dtype() == DType.U8 && out.dtype() == DType.U8 && x.isDense() && out.isDense(),
        "is not on bytes without gaps");
    require(
        out.size(3) == 3
            && out.size(2) % 2 == 0
            && x.size(2) == out.size(2)
            && x.size(3) == (planar ? 1 : 2)
            && (planar
                ? out.size(1) % 2 == 0 && x.size(1) == out.size(1) / 2 * 3
                : x.size(1) == out.size(1)),
        "has sizes that don't fit");
  }

  /** Kernels read the constant as a whole, at each byte of a channel. */
  private void table(View table, View x) {
    floats(table);
    require(x.dtype() == DType.U8, "looks up what aren't bytes");
    require(
        isConstant(table)
            && table.isDense()
            && table.offset() == 0
            && table.sizes().equals(List.of(x.size(3), 256L))
            && table.count() * Float.BYTES == program.buffers().get(table.buffer()).bytes(),
        "has a table that doesn't fit");
  }

  private void attention(View q, View k, View v, View bias, View out) {
    floats(q, k, v, out);
    for (View x : List.of(q, k, v, out)) {
      require(x.rank() == 4, "has other ranks");
      require(x.size(0) == out.size(0) && x.size(1) == out.size(1), "has sizes that don't fit");
    }
    require(
        q.size(2) == out.size(2)
            && q.size(3) == k.size(3)
            && k.size(2) == v.size(2)
            && v.size(3) == out.size(3),
        "has sizes that don't fit");
    if (bias != null) {
      floats(bias);
      require(
          bias.rank() == 4
              && bias.size(0) > 0
              && q.size(0) % bias.size(0) == 0
              && bias.size(1) == q.size(1)
              && bias.size(2) == q.size(2)
              && bias.size(3) == k.size(2),
          "has a bias that doesn't fit");
    }
  }

  /** Every element of a view lies in its buffer, and there are no more of them than memory. */
  private void inBounds(View v) {
    Buffer b = program.buffers().get(v.buffer());
    require(b.isConstant() || b.offset() >= 0, "uses a buffer without a place");
    require(v.rank() <= MOST_RANK, "has too many axes");
    long low = v.offset();
    long high = v.offset();
    boolean empty = false;
    for (int i = 0; i < v.rank(); i++) {
      require(v.size(i) >= 0, "has a negative size");
      empty |= v.size(i) == 0;
      long reach = Math.multiplyExact(Math.max(0, v.size(i) - 1), v.stride(i));
      low = Math.addExact(low, Math.min(0, reach));
      high = Math.addExact(high, Math.max(0, reach));
    }
    require(v.count() <= mostElements, "repeats more than there is memory");
    require(
        empty || (low >= 0 && high < b.bytes() / v.dtype().bytes()), "reaches outside its buffer");
  }

  private boolean isConstant(View v) {
    return program.buffers().get(v.buffer()).isConstant();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new GraphException(otherwise);
    }
  }

  private void floats(View... views) {
    for (View v : views) {
      require(v.dtype() == DType.F32, "is not on f32");
    }
  }

  private static void same(View a, View b) {
    require(a.sizes().equals(b.sizes()), "has sizes that don't fit");
  }

  private static List<Long> tail(View v, int from) {
    return v.sizes().subList(from, v.rank());
  }

  private void vector(View v, long size) {
    if (v != null) {
      floats(v);
      require(isConstant(v), "has a vector that isn't constant");
      require(v.rank() == 1 && v.size(0) == size, "has a vector that doesn't fit");
    }
  }

  private void residual(View v, View out) {
    if (v != null) {
      floats(v);
      same(v, out);
    }
  }

  private void pictures(View... views) {
    floats(views);
    sized(views);
  }

  private static void sized(View... views) {
    for (View v : views) {
      require(
          v.rank() == 4 && v.size(1) <= MOST_SIDE && v.size(2) <= MOST_SIDE, "is not on pictures");
      require(v.size(0) == views[0].size(0), "has sizes that don't fit");
    }
  }

  private static void picks(View from, Rows rows, View to) {
    require(
        from.rank() == to.rank() && rows.count() == to.size(0) && tail(from, 1).equals(tail(to, 1)),
        "has sizes that don't fit");
    indices(rows.index(), from.size(0));
  }

  private static void window(Window w) {
    require(
        Math.min(w.kernelH(), w.kernelW()) > 0
            && Math.min(w.strideH(), w.strideW()) > 0
            && Math.min(w.dilationH(), w.dilationW()) > 0
            && Math.min(w.top(), w.left()) >= 0
            && Math.max(w.kernelH(), w.kernelW()) <= MOST_WINDOW
            && Math.max(w.strideH(), w.strideW()) <= MOST_WINDOW
            && Math.max(w.dilationH(), w.dilationW()) <= MOST_WINDOW
            && Math.max(w.top(), w.left()) <= MOST_WINDOW,
        "has a window that can't be");
  }

  private static void indices(int[] index, long size) {
    for (int i : index) {
      require(i >= 0 && i < size, "reads a row that isn't there");
    }
  }

  private static void permutation(int[] index, long size) {
    require(index.length == size, "has another number of rows");
    BitSet seen = new BitSet(index.length);
    indices(index, size);
    for (int i : index) {
      require(!seen.get(i), "writes a row twice");
      seen.set(i);
    }
  }

  private static void taps(Taps taps, long in, long out) {
    require(
        taps.width() > 0
            && taps.count() == out
            && taps.index().length == taps.width() * out
            && taps.weights().length == taps.index().length,
        "has taps that don't fit");
    indices(taps.index(), in);
  }

  /** One more than the largest input that a function reads. */
  private static int inputs(Scalar f) {
    return switch (f) {
      case Scalar.Input i -> {
        require(i.index() >= 0 && i.index() < Integer.MAX_VALUE, "reads an input that it hasn't");
        yield i.index() + 1;
      }
      case Scalar.Constant _ -> 0;
      case Scalar.Unary u -> inputs(u.x());
      case Scalar.Binary b -> Math.max(inputs(b.a()), inputs(b.b()));
    };
  }
}
