package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * What the recurrent operations share: inputs x [T, N, I], weights w [D, gates·H, I] and r [D,
 * gates·H, H], and optionally biases [D, 2·gates·H], lengths [N], first states [D, N, H]; outputs y
 * [T, D, N, H] and last states [D, N, H]. With layout 1 the batch N comes first in all of them.
 */
final class Recurrence {
  /** One step of one sequence. */
  interface Cell {
    /** Makes the next state of h, and of c where there is one. */
    void step(Recurrence r, double[] h, double[] c);
  }

  private final Inputs in;
  private final int gates;
  private final boolean batchFirst;
  private final int hidden;
  private final int inputs;
  private final double[] x;
  private final double[] w;
  private final double[] r;
  private final double[] bias;
  private int direction;
  private int row;

  Recurrence(Inputs in, int gates, long layout) {
    this.in = in;
    this.gates = gates;
    batchFirst = layout != 0;
    hidden = Math.toIntExact(in.shape(2).size(2));
    inputs = Math.toIntExact(in.shape(0).size(2));
    x = Reals.of(in.tensor(0));
    w = Reals.of(in.tensor(1));
    r = Reals.of(in.tensor(2));
    bias = in.has(3) ? Reals.of(in.tensor(3)) : null;
  }

  /** The types of y and of that many states. */
  static List<TensorType> types(
      Inputs in, int gates, int states, Direction direction, long hiddenSize, long layout) {
    Shape x = Check.rank(3, in, 0);
    Shape w = Check.rank(3, in, 1);
    Shape r = Check.rank(3, in, 2);
    Dim directions = Dim.of(direction == Direction.BIDIRECTIONAL ? 2 : 1);
    Check.same(w.dim(0), directions, "w's directions");
    Check.same(r.dim(0), directions, "r's directions");
    Check.same(w.dim(2), x.dim(2), "w's inputs");
    Dim h = hiddenSize == 0 ? r.dim(2) : Check.same(r.dim(2), Dim.of(hiddenSize), "hidden_size");
    Check.same(w.dim(1), h.times(Dim.of(gates)), "w's rows");
    Check.same(r.dim(1), h.times(Dim.of(gates)), "r's rows");
    Dim time = x.dim(layout == 0 ? 0 : 1);
    Dim batch = x.dim(layout == 0 ? 1 : 0);
    List<TensorType> out = new ArrayList<>();
    out.add(
        in.type(0)
            .with(
                layout == 0
                    ? Shape.of(time, directions, batch, h)
                    : Shape.of(batch, time, directions, h)));
    for (int i = 0; i < states; i++) {
      Shape state = layout == 0 ? Shape.of(directions, batch, h) : Shape.of(batch, directions, h);
      out.add(in.type(0).with(state));
    }
    return out;
  }

  int hidden() {
    return hidden;
  }

  /** The direction of the current step, 0 or 1. */
  int direction() {
    return direction;
  }

  /** The current input's part of a gate of a unit, with its bias. */
  double input(int gate, int unit) {
    int at = (direction * gates + gate) * hidden + unit;
    double sum = bias == null ? 0 : bias[(2 * direction * gates + gate) * hidden + unit];
    for (int i = 0; i < inputs; i++) {
      sum += w[at * inputs + i] * x[row * inputs + i];
    }
    return sum;
  }

  /** A state's part of a gate of a unit, with its bias. */
  double recurrent(int gate, int unit, double[] h) {
    int at = (direction * gates + gate) * hidden + unit;
    double sum = bias == null ? 0 : bias[((2 * direction + 1) * gates + gate) * hidden + unit];
    for (int i = 0; i < hidden; i++) {
      sum += r[at * hidden + i] * h[i];
    }
    return sum;
  }

  /** Runs all sequences; the inputs 5 and 6 are the first states. */
  List<Tensor> run(List<TensorType> types, Direction way, Cell cell) {
    int time = Math.toIntExact(in.shape(0).size(batchFirst ? 1 : 0));
    int batch = Math.toIntExact(in.shape(0).size(batchFirst ? 0 : 1));
    int directions = way == Direction.BIDIRECTIONAL ? 2 : 1;
    List<double[]> states = new ArrayList<>();
    for (int i = 1; i < types.size(); i++) {
      int count = Math.toIntExact(types.get(i).shape().count());
      states.add(in.has(4 + i) ? Reals.of(in.tensor(4 + i)) : new double[count]);
    }
    double[] y = new double[Math.toIntExact(types.getFirst().shape().count())];
    for (direction = 0; direction < directions; direction++) {
      boolean backwards = direction == 1 || way == Direction.REVERSE;
      for (int n = 0; n < batch; n++) {
        int length = in.has(4) ? Math.clamp(in.tensor(4).integer(n), 0, time) : time;
        int state = (batchFirst ? n * directions + direction : direction * batch + n) * hidden;
        double[] h = part(states.get(0), state);
        double[] c = states.size() > 1 ? part(states.get(1), state) : null;
        for (int i = 0; i < length; i++) {
          int t = backwards ? length - 1 - i : i;
          row = batchFirst ? n * time + t : t * batch + n;
          cell.step(this, h, c);
          int to =
              batchFirst
                  ? (n * time + t) * directions + direction
                  : (t * directions + direction) * batch + n;
          System.arraycopy(h, 0, y, to * hidden, hidden);
        }
        System.arraycopy(h, 0, states.get(0), state, hidden);
        if (c != null) {
          System.arraycopy(c, 0, states.get(1), state, hidden);
        }
      }
    }
    List<Tensor> out = new ArrayList<>();
    out.add(Reals.to(types.getFirst(), y));
    for (int i = 1; i < types.size(); i++) {
      out.add(Reals.to(types.get(i), states.get(i - 1)));
    }
    return out;
  }

  private double[] part(double[] of, int from) {
    double[] out = new double[hidden];
    System.arraycopy(of, from, out, 0, hidden);
    return out;
  }
}
