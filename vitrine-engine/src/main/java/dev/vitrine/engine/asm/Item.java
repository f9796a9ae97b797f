package dev.vitrine.engine.asm;

/** An entry of a code's list: an instruction, or what stands between instructions. */
public sealed interface Item permits Instruction, Item.Bind, Item.Align, Item.Note, Item.Data {
  /** Its bytes when it starts there. */
  default int size(int offset) {
    return 0;
  }

  /** Writes the bytes, but for the distances of labels. */
  default void write(byte[] code, int from, int to) {}

  /** The place that a label names. */
  record Bind(Label label) implements Item {
    @Override
    public String toString() {
      return label + ":";
    }
  }

  /** Padding up to a multiple of a power of two. */
  record Align(int bytes) implements Item {
    @Override
    public int size(int offset) {
      return -offset & (bytes - 1);
    }

    @Override
    public void write(byte[] code, int from, int to) {
      Nops.fill(code, from, to);
    }

    @Override
    public String toString() {
      return "    .align " + bytes;
    }
  }

  /** A remark for the listing. */
  record Note(String text) implements Item {
    @Override
    public String toString() {
      return "    # " + text;
    }
  }

  /** Constants. */
  record Data(byte[] bytes) implements Item {
    @Override
    public int size(int offset) {
      return bytes.length;
    }

    @Override
    public void write(byte[] code, int from, int to) {
      System.arraycopy(bytes, 0, code, from, bytes.length);
    }

    @Override
    public String toString() {
      StringBuilder s = new StringBuilder("    .byte ");
      for (int i = 0; i < bytes.length; i++) {
        s.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
      }
      return s.toString();
    }
  }
}
