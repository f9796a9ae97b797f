package dev.vitrine.engine.asm;

/** A matrix register {@code tmm0} to {@code tmm7}, of at most 16 rows of 64 bytes. */
public record Matrix(int id) implements Operand {
  public Matrix {
    if (id < 0 || id > 7) {
      throw new AsmException("there is no matrix register " + id);
    }
  }

  public static Matrix tmm(int id) {
    return new Matrix(id);
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return kind == Kind.T;
  }

  @Override
  public String toString() {
    return "tmm" + id;
  }
}
