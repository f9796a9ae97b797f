package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One dimension of a shape: a number, or a number times named sizes ({@code batch}, {@code
 * 12·batch}). Two dimensions that are equal as records are the same size in every run.
 *
 * @param factor the number; positive or zero, and positive if there are names
 * @param names the named sizes, sorted; empty for a static dimension
 */
public record Dim(long factor, List<String> names) {
  public Dim {
    if (factor < 0 || (factor == 0 && !names.isEmpty())) {
      throw new GraphException("a dimension can't be " + factor);
    }
    names = List.copyOf(names);
  }

  public static Dim of(long size) {
    return new Dim(size, List.of());
  }

  public static Dim of(String name) {
    return new Dim(1, List.of(name));
  }

  public boolean isStatic() {
    return names.isEmpty();
  }

  public boolean is(long size) {
    return names.isEmpty() && factor == size;
  }

  /** The size of a static dimension. */
  public long size() {
    if (!isStatic()) {
      throw new GraphException("dimension " + this + " has no fixed size; state the input's shape");
    }
    return factor;
  }

  public Dim times(Dim other) {
    if (is(0) || other.is(0)) {
      return of(0);
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(other.names);
    Collections.sort(all);
    return new Dim(Math.multiplyExact(factor, other.factor), all);
  }

  /** This ÷ other when it divides for every value of the names, else null. */
  public Dim dividedBy(Dim other) {
    if (other.is(0) || factor % other.factor != 0) {
      return null;
    }
    List<String> rest = new ArrayList<>(names);
    for (String name : other.names) {
      if (!rest.remove(name)) {
        return null;
      }
    }
    return new Dim(factor / other.factor, rest);
  }

  @Override
  public String toString() {
    if (isStatic()) {
      return Long.toString(factor);
    }
    String product = String.join("·", names);
    return factor == 1 ? product : factor + "·" + product;
  }
}
