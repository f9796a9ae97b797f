package dev.vitrine.compiler.plan;

import java.util.Arrays;

/** Which row of a source each row of a result is. */
public record Rows(int[] index) {
  public int count() {
    return index.length;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Rows r && Arrays.equals(index, r.index);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(index);
  }

  @Override
  public String toString() {
    return count() + " rows";
  }
}
