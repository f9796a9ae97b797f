package dev.vitrine.engine.asm;

/** A place in the code: a jump's target or a constant. Equal only to itself. */
public final class Label implements Operand {
  private final String name;

  public Label(String name) {
    this.name = name;
  }

  @Override
  public boolean fits(Kind kind, int length) {
    return kind == Kind.NEAR || kind == Kind.FAR;
  }

  @Override
  public String toString() {
    return name;
  }
}
