package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One dimension of a shape, or an integer of shape arithmetic: a polynomial with whole coefficients
 * in named sizes ({@code batch}, {@code 12·batch}, {@code rows·columns+1}). A quotient that doesn't
 * divide is a name too: {@code ⌊height/14⌋}. Two dimensions that are equal as records are the same
 * number in every run; names stand for numbers that are not negative.
 *
 * @param terms in descending order of degree, then by names; no factor is 0, no names occur twice
 */
public record Dim(List<Term> terms) {
  /** A number times named sizes, which are sorted. */
  public record Term(long factor, List<String> names) {
    public Term {
      names = List.copyOf(names);
    }
  }

  /** Graded order: division of polynomials by leading terms relies on it. */
  private static final Comparator<List<String>> ORDER =
      Comparator.<List<String>>comparingInt(List::size).reversed().thenComparing(Dim::compareNames);

  public Dim {
    terms = List.copyOf(terms);
  }

  private static int compareNames(List<String> a, List<String> b) {
    for (int i = 0; i < a.size(); i++) {
      int c = a.get(i).compareTo(b.get(i));
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  public static Dim of(long size) {
    return new Dim(size == 0 ? List.of() : List.of(new Term(size, List.of())));
  }

  public static Dim of(String name) {
    return new Dim(List.of(new Term(1, List.of(name))));
  }

  private static Dim of(Map<List<String>, Long> terms) {
    List<Term> out = new ArrayList<>();
    terms.forEach((names, factor) -> {
      if (factor != 0) {
        out.add(new Term(factor, names));
      }
    });
    return new Dim(out);
  }

  public boolean isStatic() {
    return terms.isEmpty() || terms.getFirst().names.isEmpty();
  }

  public boolean is(long size) {
    return isStatic() && size() == size;
  }

  /** Certainly not negative. */
  public boolean isNatural() {
    return terms.stream().allMatch(t -> t.factor > 0);
  }

  /** Certainly above 0. */
  public boolean isPositive() {
    return isNatural() && !terms.isEmpty() && terms.getLast().names.isEmpty();
  }

  /** The size of a static dimension. */
  public long size() {
    if (!isStatic()) {
      throw new GraphException("dimension " + this + " has no fixed size; state the input's shape");
    }
    return terms.isEmpty() ? 0 : terms.getFirst().factor;
  }

  public Dim plus(Dim other) {
    Map<List<String>, Long> sum = new TreeMap<>(ORDER);
    terms.forEach(t -> sum.put(t.names, t.factor));
    other.terms.forEach(t -> sum.merge(t.names, t.factor, Math::addExact));
    return of(sum);
  }

  public Dim minus(Dim other) {
    return plus(other.times(of(-1)));
  }

  public Dim times(Dim other) {
    Map<List<String>, Long> product = new TreeMap<>(ORDER);
    for (Term a : terms) {
      for (Term b : other.terms) {
        List<String> names = new ArrayList<>(a.names);
        names.addAll(b.names);
        Collections.sort(names);
        product.merge(names, Math.multiplyExact(a.factor, b.factor), Math::addExact);
      }
    }
    return of(product);
  }

  /** This ÷ other when it divides for every value of the names, else null. */
  public Dim dividedBy(Dim other) {
    if (other.is(0)) {
      return null;
    }
    Dim quotient = of(0);
    Dim rest = this;
    while (!rest.terms.isEmpty()) {
      Dim part = dividedBy(rest.terms.getFirst(), other.terms.getFirst());
      if (part == null) {
        return null;
      }
      quotient = quotient.plus(part);
      rest = rest.minus(part.times(other));
    }
    return quotient;
  }

  private static Dim dividedBy(Term a, Term b) {
    List<String> names = new ArrayList<>(a.names);
    for (String name : b.names) {
      if (!names.remove(name)) {
        return null;
      }
    }
    return a.factor % b.factor == 0 ? new Dim(List.of(new Term(a.factor / b.factor, names))) : null;
  }

  /**
   * ⌊this ÷ divisor⌋ for a positive divisor. The part that doesn't divide becomes a name; null when
   * that part may have either sign.
   */
  public Dim floorDividedBy(long divisor) {
    Dim whole = of(0);
    Dim rest = of(0);
    for (Term t : terms) {
      Dim term = new Dim(List.of(t));
      Dim part = term.dividedBy(of(divisor));
      if (part == null && t.names.isEmpty()) {
        part = of(Math.floorDiv(t.factor, divisor));
      }
      if (part == null) {
        rest = rest.plus(term);
      } else {
        whole = whole.plus(part);
        rest = rest.plus(term.minus(part.times(of(divisor))));
      }
    }
    Dim negated = rest.times(of(-1));
    if (rest.isStatic()) {
      return whole;
    } else if (rest.isNatural()) {
      String text = rest.terms.size() == 1 ? rest.toString() : "(" + rest + ")";
      return whole.plus(of("⌊" + text + "/" + divisor + "⌋"));
    } else if (negated.isNatural()) {
      return whole.minus(negated.plus(of(divisor - 1)).floorDividedBy(divisor));
    }
    return null;
  }

  /** The size that two sizes broadcast to, where they do. */
  static Dim broadcast(Dim x, Dim y) {
    if (x.equals(y) || y.is(1)) {
      return x;
    } else if (x.is(1)) {
      return y;
    } else if (x.isStatic() || y.isStatic()) {
      // A name against a number above 1: whatever the name stands for, the number is the size.
      return x.isStatic() ? x : y;
    }
    // Either may turn out to be 1.
    String a = x.toString();
    String b = y.toString();
    return of("⌊" + (a.compareTo(b) < 0 ? a + "|" + b : b + "|" + a) + "⌋");
  }

  @Override
  public String toString() {
    if (isStatic()) {
      return Long.toString(size());
    }
    StringBuilder s = new StringBuilder();
    for (Term t : terms) {
      s.append(t.factor < 0 ? "-" : s.isEmpty() ? "" : "+");
      long factor = Math.abs(t.factor);
      if (factor != 1 || t.names.isEmpty()) {
        s.append(factor).append(t.names.isEmpty() ? "" : "·");
      }
      s.append(String.join("·", t.names));
    }
    return s.toString();
  }
}
