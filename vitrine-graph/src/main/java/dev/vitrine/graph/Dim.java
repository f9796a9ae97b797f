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
 * number in every run; names of inputs' sizes stand for 1 or more, those in ⌊⌋ for 0 or more.
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
      (a, b) -> a.size() != b.size() ? b.size() - a.size() : compareNames(a, b);

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
    terms.forEach(
        (names, factor) -> {
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
    return terms.stream().allMatch(t -> t.factor > 0)
        || fromLeast().terms.stream().allMatch(t -> t.factor > 0);
  }

  /** The same with each name standing for what there is beyond the least number it can be. */
  private Dim fromLeast() {
    Dim sum = of(0);
    for (Term t : terms) {
      Dim product = of(t.factor);
      for (String name : t.names) {
        product = product.times(name.startsWith("⌊") ? of(name) : of(name).plus(of(1)));
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  /** Certainly above 0. */
  public boolean isPositive() {
    return minus(of(1)).isNatural();
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

  /** Names that add to it and names that take away from it: of either sign for all one can tell. */
  public boolean isMixed() {
    return terms.stream().anyMatch(t -> t.factor > 0 && !t.names.isEmpty())
        && terms.stream().anyMatch(t -> t.factor < 0 && !t.names.isEmpty());
  }

  /**
   * ⌊this ÷ divisor⌋ for a positive divisor. What doesn't divide becomes a name; since names are
   * not negative, a {@link #isMixed mixed} number must be one that can't be, such as a tensor's
   * size.
   */
  public Dim floorDividedBy(long divisor) {
    Dim whole = of(0);
    Dim rest = of(0);
    long constant = 0;
    for (Term t : terms) {
      if (t.names.isEmpty()) {
        constant = t.factor;
      } else if (t.factor % divisor == 0) {
        whole = whole.plus(new Dim(List.of(new Term(t.factor / divisor, t.names))));
      } else {
        rest = rest.plus(new Dim(List.of(t)));
      }
    }
    whole = whole.plus(of(Math.floorDiv(constant, divisor)));
    constant = Math.floorMod(constant, divisor);
    if (rest.isStatic()) {
      return whole;
    } else if (rest.terms.stream().allMatch(t -> t.factor < 0)) {
      // ⌊(c − m)/d⌋ = −⌊(m + d − 1 − c)/d⌋, of which all terms are positive.
      Dim m = rest.times(of(-1)).plus(of(divisor - 1 - constant));
      return whole.minus(quotient(m, divisor));
    }
    rest = rest.plus(of(constant));
    return rest.isMixed() && !rest.isNatural()
        ? quotient(this, divisor)
        : whole.plus(quotient(rest, divisor));
  }

  private static Dim quotient(Dim d, long divisor) {
    return of("⌊" + (d.terms.size() == 1 ? d.toString() : "(" + d + ")") + "/" + divisor + "⌋");
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
