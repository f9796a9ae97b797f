package dev.vitrine.graph.op;

import dev.vitrine.graph.Tensor;

/** What a scattered update does with the element in its place. */
public enum Scatter {
  NONE,
  ADD,
  MUL,
  MAX,
  MIN;

  void put(Tensor updates, long from, Tensor out, long to) {
    Elementwise f =
        switch (this) {
          case NONE -> null;
          case ADD -> new Add();
          case MUL -> new Mul();
          case MAX -> new Max();
          case MIN -> new Min();
        };
    if (f == null) {
      Strides.copy(updates, from, out, to, 1);
    } else if (out.dtype().isFloat()) {
      out.set(to, f.apply(out.real(to), updates.real(from)));
    } else {
      out.set(to, f.apply(out.integer(to), updates.integer(from), out.dtype()));
    }
  }
}
