package dev.vitrine.engine.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects instructions for x86-64 and lays them out. Faults are told when the instruction is
 * emitted, except for labels that are never bound, which only {@link #finish} can know.
 *
 * <p>Not safe for use by several threads.
 */
public final class Assembler {
  private static final int DATA_ALIGNMENT = 64;

  private final Set<Isa> allowed;
  private final List<Item> items = new ArrayList<>();
  private final Map<Label, Integer> bound = new IdentityHashMap<>();
  private final Map<ByteBuffer, Label> constants = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();

  /** An assembler that refuses instructions of other sets than these and {@link Isa#BASE}. */
  public Assembler(Set<Isa> allowed) {
    this.allowed = EnumSet.of(Isa.BASE);
    this.allowed.addAll(allowed);
  }

  /**
   * Appends an instruction, operands in Intel's order: the destination first.
   *
   * @throws AsmException when there is no such form, or it needs an instruction set that isn't
   *     allowed
   */
  public void emit(Op op, Operand... operands) {
    items.add(op.with(List.of(operands), allowed));
  }

  /** A new label; its name in the listing starts with the hint. */
  public Label label(String hint) {
    int n = names.merge(hint, 1, Integer::sum);
    return new Label(n == 1 ? hint : hint + "_" + n);
  }

  /** Makes the label name this place. */
  public void bind(Label label) {
    if (bound.putIfAbsent(label, items.size()) != null) {
      throw new AsmException("label '" + label + "' is bound twice");
    }
    items.add(new Item.Bind(label));
  }

  /** A new label that names this place. */
  public Label here(String hint) {
    Label label = label(hint);
    bind(label);
    return label;
  }

  /**
   * Appends a finished function with its constants. The label is what to call.
   *
   * @throws AsmException when that is already here
   */
  public void include(Label entry, Code function) {
    align(DATA_ALIGNMENT);
    bind(entry);
    for (Item item : function.items()) {
      if (item instanceof Item.Bind b) {
        bind(b.label());
      } else {
        items.add(item);
      }
    }
  }

  /** Pads with no-operations up to a multiple of that power of two, at most 64. */
  public void align(int bytes) {
    if (Integer.bitCount(bytes) != 1 || bytes > DATA_ALIGNMENT) {
      throw new AsmException("code can't be aligned to " + bytes + " bytes");
    }
    items.add(new Item.Align(bytes));
  }

  /** A remark for the listing. */
  public void note(String text) {
    items.add(new Item.Note(text));
  }

  /** Constants behind the code, as memory; equal ones are stored once. */
  public Mem constant(float... values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return constant(bits);
  }

  /**
   * Constants behind the code, as memory; equal ones are stored once. The count is a power of two.
   */
  public Mem constant(int... values) {
    if (Integer.bitCount(values.length) != 1 || values.length * 4 > DATA_ALIGNMENT) {
      throw new AsmException(values.length + " values don't make a constant");
    }
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return Mem.at(constants.computeIfAbsent(bytes, _ -> label("const")));
  }

  /**
   * Lays out what was emitted and its constants. The assembler is used up.
   *
   * @throws AsmException when a label that is used isn't bound
   */
  public Code finish(String name) {
    placeConstants();
    int[] offsets = layOut();
    byte[] bytes = new byte[offsets[items.size()]];
    for (int i = 0; i < offsets.length - 1; i++) {
      items.get(i).write(bytes, offsets[i], offsets[i + 1]);
      if (items.get(i) instanceof Instruction instruction && instruction.reference() >= 0) {
        refer(instruction, bytes, offsets[i], offsets);
      }
    }
    return new Code(name, List.copyOf(items), bytes, offsets);
  }

  /** Large ones first, so that each is aligned to its size. */
  private void placeConstants() {
    if (constants.isEmpty()) {
      return;
    }
    align(DATA_ALIGNMENT);
    constants.entrySet().stream()
        .sorted((a, b) -> largeFirst(a.getKey(), b.getKey()))
        .forEach(
            e -> {
              bind(e.getValue());
              items.add(new Item.Data(e.getKey().array()));
            });
  }

  private static int largeFirst(ByteBuffer a, ByteBuffer b) {
    return a.capacity() != b.capacity() ? b.capacity() - a.capacity() : a.compareTo(b);
  }

  /** The offset of each item, and the end's. Jumps start short; those that don't reach grow. */
  private int[] layOut() {
    int[] offsets = new int[items.size() + 1];
    boolean grown = true;
    while (grown) {
      for (int i = 0; i < items.size(); i++) {
        offsets[i + 1] = Math.addExact(offsets[i], items.get(i).size(offsets[i]));
      }
      grown = false;
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof Instruction jump && jump.target() != null) {
          int distance = offsets[place(jump, jump.target())] - offsets[i + 1];
          if (jump.isNear() && distance != (byte) distance) {
            items.set(i, jump.far());
            grown = true;
          }
        }
      }
    }
    return offsets;
  }

  /** Writes the distance to the label that an instruction uses. */
  private void refer(Instruction instruction, byte[] code, int at, int[] offsets) {
    Label label = instruction.target();
    int more = 0;
    for (Operand o : instruction.operands()) {
      if (o.target() instanceof Mem m && m.label() != null) {
        label = m.label();
        more = m.disp();
      }
    }
    int distance = offsets[place(instruction, label)] + more - (at + instruction.bytes().length);
    if (instruction.isNear()) {
      code[at + instruction.reference()] = (byte) distance;
    } else {
      ByteBuffer.wrap(code)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(at + instruction.reference(), distance);
    }
  }

  private int place(Instruction instruction, Label label) {
    Integer item = bound.get(label);
    if (item == null) {
      throw new AsmException(instruction + ": label '" + label + "' isn't bound");
    }
    return item;
  }
}
