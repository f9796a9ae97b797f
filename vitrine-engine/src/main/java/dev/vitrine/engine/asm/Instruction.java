package dev.vitrine.engine.asm;

import java.util.List;

/** An instruction with its operands in Intel's order, and its bytes. */
public final class Instruction implements Item {
  private final Op op;
  private final Form form;
  private final boolean evex;
  private final List<Operand> operands;
  private final Encoder.Encoded encoded;

  Instruction(Op op, Form form, boolean evex, List<Operand> operands) {
    this.op = op;
    this.form = form;
    this.evex = evex;
    this.operands = operands;
    if (!operands.isEmpty()
        && operands.getFirst() instanceof Masked m
        && m.zeroing()
        && !(m.target() instanceof Vec)) {
      throw new AsmException(this + ": only a register can be zeroed where the mask isn't set");
    }
    encoded = Encoder.encode(this);
  }

  public Op op() {
    return op;
  }

  public List<Operand> operands() {
    return operands;
  }

  Form form() {
    return form;
  }

  boolean evex() {
    return evex;
  }

  /** The vector length in bytes; 0 for instructions without vectors. */
  public int length() {
    return form.length(operands);
  }

  /** The bytes of the memory operand: of one element where it is broadcast. */
  public int memoryBytes() {
    for (Operand o : operands) {
      if (o instanceof Mem m && m.broadcast()) {
        return form.elementBytes(operands);
      }
    }
    return form.memoryBytes(length(), operands);
  }

  @Override
  public int size(int offset) {
    return encoded.bytes().length;
  }

  @Override
  public void write(byte[] code, int from, int to) {
    System.arraycopy(encoded.bytes(), 0, code, from, encoded.bytes().length);
  }

  /** The bytes, distances of labels left 0. */
  byte[] bytes() {
    return encoded.bytes();
  }

  /** Where in the bytes a label's distance stands; −1 where no label is used. */
  int reference() {
    return encoded.reference();
  }

  /** Whether it is a jump that reaches no further than a byte's distance. */
  boolean isNear() {
    return target() != null && form.kinds.getFirst() == Kind.NEAR;
  }

  /** The label that is jumped to, or null. */
  Label target() {
    return !operands.isEmpty() && operands.getFirst() instanceof Label l ? l : null;
  }

  /** The same jump with the longer reach. */
  Instruction far() {
    return new Instruction(op, op.forms().getLast(), evex, operands);
  }

  static String text(Op op, List<Operand> operands, Instruction sized) {
    StringBuilder s = new StringBuilder(op.name());
    for (int i = 0; i < operands.size(); i++) {
      s.append(i == 0 ? ' ' : ',');
      switch (operands.get(i)) {
        case Mem m -> s.append(text(m, sized));
        case Masked m when m.target() instanceof Mem inner ->
            s.append(text(inner, sized)).append(m.suffix());
        case Operand o -> s.append(o);
      }
    }
    return s.toString();
  }

  private static String text(Mem m, Instruction sized) {
    if (sized == null) {
      return m.toString();
    }
    int bytes = sized.memoryBytes();
    String size =
        switch (bytes) {
          case 1 -> "BYTE PTR ";
          case 2 -> "WORD PTR ";
          case 4 -> "DWORD PTR ";
          case 8 -> "QWORD PTR ";
          case 16 -> "XMMWORD PTR ";
          case 32 -> "YMMWORD PTR ";
          case 64 -> "ZMMWORD PTR ";
          default -> "";
        };
    return size + m + (m.broadcast() ? "{1to" + sized.length() / bytes + "}" : "");
  }

  /** Intel syntax, as GNU as takes it. */
  @Override
  public String toString() {
    return text(op, operands, this);
  }
}
