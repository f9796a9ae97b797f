package dev.vitrine.formats.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes small ZIP archives, plain or with every number in the 64-bit fields. */
final class TestZip {
  private static final int MANY = 0xffffffff;

  private TestZip() {}

  static byte[] of(Map<String, byte[]> entries, int method, boolean wide) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> e : entries.entrySet()) {
      byte[] name = e.getKey().getBytes(StandardCharsets.UTF_8);
      int size = e.getValue().length;
      int extra = wide ? 28 : 0;
      ByteBuffer central = buffer(46 + name.length + extra);
      central.putInt(0x02014b50).putInt(0).putShort((short) 0).putShort((short) method);
      central.putInt(0).putInt(0).putInt(wide ? MANY : size).putInt(wide ? MANY : size);
      central.putShort((short) name.length).putShort((short) extra).putShort((short) 0);
      central.putInt(0).putInt(0).putInt(wide ? MANY : out.size()).put(name);
      if (wide) {
        central.putShort((short) 1).putShort((short) 24);
        central.putLong(size).putLong(size).putLong(out.size());
      }
      directory.writeBytes(central.array());
      ByteBuffer local = buffer(30 + name.length);
      local.putInt(0x04034b50).position(26);
      local.putShort((short) name.length).putShort((short) 0).put(name);
      out.writeBytes(local.array());
      out.writeBytes(e.getValue());
    }
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    if (wide) {
      ByteBuffer end64 = buffer(56 + 20);
      end64.putInt(0x06064b50).putLong(44).putInt(0).putInt(0).putInt(0);
      end64
          .putLong(entries.size())
          .putLong(entries.size())
          .putLong(directory.size())
          .putLong(start);
      end64.putInt(0x07064b50).putInt(0).putLong(out.size()).putInt(1);
      out.writeBytes(end64.array());
    }
    ByteBuffer end = buffer(22).putInt(0x06054b50).putInt(0);
    end.putShort((short) (wide ? -1 : entries.size()))
        .putShort((short) (wide ? -1 : entries.size()));
    end.putInt(wide ? MANY : directory.size()).putInt(wide ? MANY : start);
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
