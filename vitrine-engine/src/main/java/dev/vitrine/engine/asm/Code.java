package dev.vitrine.engine.asm;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Finished machine code, which runs wherever it is put: nothing in it depends on its address.
 *
 * @param items what it was made from; read only
 * @param bytes the code and its constants; read only
 * @param offsets where each item starts, and the end
 */
public record Code(String name, List<Item> items, byte[] bytes, int[] offsets) {
  /** A line an item: the offset, the bytes, Intel syntax. */
  public String listing() {
    StringBuilder s = new StringBuilder(name).append(":\n");
    HexFormat hex = HexFormat.of();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Instruction instruction) {
        String code = hex.formatHex(bytes, offsets[i], offsets[i + 1]);
        s.append(String.format(Locale.ROOT, "%5x  %-22s  %s\n", offsets[i], code, instruction));
      } else {
        s.append(String.format(Locale.ROOT, "%5x  %s\n", offsets[i], items.get(i)));
      }
    }
    return s.toString();
  }
}
