package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Shape arithmetic on symbolic elements: what the {@code symbols} methods have in common. */
final class Symbols {
  private Symbols() {}

  /** The result for an operation of one output; nothing known when {@code elements} is null. */
  static List<List<Dim>> of(List<Dim> elements) {
    return elements == null ? List.of() : List.of(elements);
  }

  /** One element, or nothing known if it is null. */
  static List<List<Dim>> single(Dim element) {
    return element == null ? List.of() : List.of(List.of(element));
  }

  /** The elements of input 0 as they are. */
  static List<List<Dim>> same(Inputs in) {
    return of(in.dims(0));
  }

  /** A function of the elements of inputs 0 and 1, one of which may be a single element. */
  static List<List<Dim>> combine(Inputs in, BinaryOperator<Dim> f) {
    List<Dim> a = in.dims(0);
    List<Dim> b = in.dims(1);
    if (a == null || b == null || (a.size() != b.size() && a.size() != 1 && b.size() != 1)) {
      return List.of();
    }
    List<Dim> out = new ArrayList<>();
    int n = a.size() == 1 ? b.size() : a.size();
    for (int i = 0; i < n; i++) {
      Dim d = f.apply(a.get(a.size() == 1 ? 0 : i), b.get(b.size() == 1 ? 0 : i));
      if (d == null) {
        return List.of();
      }
      out.add(d);
    }
    return List.of(out);
  }

  static Dim product(List<Dim> dims) {
    return dims.stream().reduce(Dim.of(1), Dim::times);
  }

  /** The greater one where that is certain, else null. */
  static Dim max(Dim a, Dim b) {
    if (a.minus(b).isNatural()) {
      return a;
    }
    return b.minus(a).isNatural() ? b : null;
  }

  /** The lesser one where that is certain, else null. */
  static Dim min(Dim a, Dim b) {
    if (b.minus(a).isNatural()) {
      return a;
    }
    return a.minus(b).isNatural() ? b : null;
  }

  /** 1 or 0 where it is certain whether they are equal, else null. */
  static Dim equal(Dim a, Dim b) {
    if (a.equals(b)) {
      return Dim.of(1);
    }
    return a.minus(b).isPositive() || b.minus(a).isPositive() ? Dim.of(0) : null;
  }

  /** a ÷ b truncated, for what is certainly not negative, else null. */
  static Dim quotient(Dim a, Dim b) {
    if (a.isStatic() && b.isStatic()) {
      return b.is(0) ? null : Dim.of(a.size() / b.size());
    }
    Dim exact = a.dividedBy(b);
    if (exact != null || !b.isStatic() || b.size() <= 0 || !a.isNatural()) {
      return exact;
    }
    return a.floorDividedBy(b.size());
  }

  /** a mod b, with the sign of b, for a positive number b, else null. */
  static Dim remainder(Dim a, Dim b) {
    if (!b.isStatic() || b.size() <= 0) {
      return null;
    }
    Dim rest = new Dim(a.terms().stream().filter(t -> t.factor() % b.size() != 0).toList());
    return rest.isMixed()
        ? Dim.of("⌊(" + rest + ")%" + b + "⌋")
        : rest.minus(b.times(rest.floorDividedBy(b.size())));
  }
}
