package dev.vitrine.engine.asm;

import dev.vitrine.engine.asm.Form.Prefix;
import dev.vitrine.engine.asm.Form.Role;
import java.util.Arrays;
import java.util.List;

/** Turns one instruction into bytes. A reference to a label is left 0 for the layout to fill in. */
final class Encoder {
  /** The longest instruction that processors take. */
  private static final int LONGEST = 15;

  private static final int[] LEGACY_PREFIX = {0, 0x66, 0xf3, 0xf2};

  private final byte[] buffer = new byte[32];
  private final Instruction instruction;
  private final Form form;
  private final List<Operand> operands;
  private final int length;
  private final boolean wide;
  private final Operand reg;
  private final Operand vvvv;
  private final Operand rm;
  private int size;
  private int reference = -1;

  private Encoder(Instruction instruction) {
    this.instruction = instruction;
    this.form = instruction.form();
    this.operands = instruction.operands();
    this.length = instruction.length();
    this.wide = instruction.evex() ? form.w != Form.W0 : form.wide(operands);
    this.reg = form.in(Role.REG, operands);
    this.vvvv = form.in(Role.VVVV, operands);
    Operand inOpcode = form.in(Role.OPCODE, operands);
    this.rm = inOpcode != null ? inOpcode : form.in(Role.RM, operands);
  }

  /**
   * The bytes, and where in them the 4 (or, for a near jump, 1) bytes of a label's distance stand;
   * or -1.
   */
  record Encoded(byte[] bytes, int reference) {}

  static Encoded encode(Instruction instruction) {
    Encoder e = new Encoder(instruction);
    e.run();
    if (e.size > LONGEST) {
      throw new AsmException(instruction + ": longer than " + LONGEST + " bytes");
    }
    return new Encoded(Arrays.copyOf(e.buffer, e.size), e.reference);
  }

  private void run() {
    if (form.prefix == Prefix.LEGACY) {
      legacyPrefix();
    } else if (instruction.evex()) {
      evexPrefix();
    } else {
      vexPrefix();
    }
    if (form.in(Role.OPCODE, operands) != null) {
      put(form.opcode | id(rm) & 7);
    } else {
      if (form.opcode > 0xff) {
        put(form.opcode >> 8);
      }
      put(form.opcode);
      if (rm != null) {
        modRm();
      }
    }
    immediate();
  }

  private void legacyPrefix() {
    if (form.pp != Form.NP) {
      put(LEGACY_PREFIX[form.pp]);
    }
    int rex = bit(wide, 3) | bit(id(reg) > 7, 2) | bit(indexId() > 7, 1) | bit(baseId() > 7, 0);
    if (rex != 0) {
      put(0x40 | rex);
    }
    if (form.map != Form.ONE_BYTE) {
      put(0x0f);
      if (form.map != Form.M0F) {
        put(form.map == Form.M38 ? 0x38 : 0x3a);
      }
    }
  }

  private void vexPrefix() {
    boolean long1 = length == 32 || form.prefix == Prefix.VEX_L1;
    int last = (~id(vvvv) & 15) << 3 | bit(long1, 2) | form.pp;
    int r = bit(id(reg) <= 7, 7);
    if (indexId() <= 7 && baseId() <= 7 && form.map == Form.M0F && !wide) {
      put(0xc5);
      put(r | last);
    } else {
      put(0xc4);
      put(r | bit(indexId() <= 7, 6) | bit(baseId() <= 7, 5) | form.map);
      put(bit(wide, 7) | last);
    }
  }

  private void evexPrefix() {
    boolean vectorIndex = rm instanceof Mem m && m.index() instanceof Vec;
    int x = rm instanceof Vec v ? v.id() >> 4 : indexId() >> 3;
    int high = vectorIndex ? indexId() >> 4 : id(vvvv) >> 4;
    Masked masked = operands.getFirst() instanceof Masked m ? m : null;
    put(0x62);
    put(
        bit((id(reg) & 8) == 0, 7)
            | bit((x & 1) == 0, 6)
            | bit((baseId() & 8) == 0, 5)
            | bit(id(reg) < 16, 4)
            | form.map);
    put(bit(wide, 7) | (~id(vvvv) & 15) << 3 | 4 | form.pp);
    put(
        bit(masked != null && masked.zeroing(), 7)
            | Math.max(0, Integer.numberOfTrailingZeros(length) - 4) << 5
            | bit(rm instanceof Mem m && m.broadcast(), 4)
            | bit(high == 0, 3)
            | (masked == null ? 0 : masked.mask().id()));
  }

  private void modRm() {
    int field = (reg == null ? form.extension() : id(reg) & 7) << 3;
    if (!(rm instanceof Mem m)) {
      put(0xc0 | field | id(rm) & 7);
      return;
    }
    if (m.label() != null) {
      put(field | 5);
      reference = size;
      put32(m.disp());
      return;
    }
    int unit = instruction.evex() ? Math.max(1, instruction.memoryBytes()) : 1;
    boolean scaled = m.disp() % unit == 0 && m.disp() / unit == (byte) (m.disp() / unit);
    int base = m.base().id() & 7;
    int mod = m.disp() == 0 && base != 5 ? 0 : scaled ? 0x40 : 0x80;
    if (m.index() == null && base != 4) {
      put(mod | field | base);
    } else {
      put(mod | field | 4);
      int index = m.index() == null ? 4 : id(m.index()) & 7;
      put(Integer.numberOfTrailingZeros(m.scale()) << 6 | index << 3 | base);
    }
    if (mod == 0x40) {
      put(m.disp() / unit);
    } else if (mod == 0x80) {
      put32(m.disp());
    }
  }

  private void immediate() {
    if (form.in(Role.IS4, operands) instanceof Vec v) {
      put(v.id() << 4);
    }
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) instanceof Label) {
        reference = size;
      }
      long value = operands.get(i) instanceof Imm imm ? imm.value() : 0;
      for (int b = 0; b < form.kinds.get(i).immediateBytes(); b++) {
        put((int) (value >> 8 * b));
      }
    }
  }

  private int baseId() {
    return rm instanceof Mem m ? m.base() == null ? 0 : m.base().id() : id(rm);
  }

  private int indexId() {
    return rm instanceof Mem m ? id(m.index()) : 0;
  }

  private static int id(Operand o) {
    return o == null ? 0 : o.id();
  }

  private static int bit(boolean set, int at) {
    return set ? 1 << at : 0;
  }

  private void put(int b) {
    buffer[size++] = (byte) b;
  }

  private void put32(int value) {
    for (int b = 0; b < 4; b++) {
      put(value >> 8 * b);
    }
  }
}
