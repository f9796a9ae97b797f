package dev.vitrine.engine.asm;

import java.util.List;
import java.util.Set;

/** An instruction's mnemonic and its rows; the first row that fits the operands is taken. */
public final class Op {
  private final String name;
  private final List<Form> forms;

  private Op(String name, List<Form> forms) {
    this.name = name;
    this.forms = forms;
  }

  static Op op(String name, Form... forms) {
    return new Op(name, List.of(forms));
  }

  public String name() {
    return name;
  }

  List<Form> forms() {
    return forms;
  }

  /** The instruction with these operands, its row chosen. */
  Instruction with(List<Operand> operands, Set<Isa> allowed) {
    for (Form form : forms) {
      for (boolean evex : new boolean[] {false, true}) {
        if (form.fits(operands, evex, allowed)) {
          return new Instruction(this, form, evex, operands);
        }
      }
    }
    String text = Instruction.text(this, operands, null);
    for (Form form : forms) {
      for (boolean evex : new boolean[] {false, true}) {
        if (form.fits(operands, evex, Set.of(Isa.values()))) {
          throw new AsmException(text + ": needs " + (evex ? form.evexIsa : form.isa));
        }
      }
    }
    throw new AsmException(
        text + ": no such form; there are " + forms.stream().map(f -> f.kinds).toList());
  }

  @Override
  public String toString() {
    return name;
  }
}
