package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A cursor over one message in the protobuf wire format. {@link #next} moves to the next field and
 * has checked its extent against the message; the getters then read that field, or fail when its
 * wire type is another. Fields that nobody reads are passed over. Nothing is copied except text.
 */
final class ProtoReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final String file;
  private final MemorySegment data;
  private final long origin;
  private long at;
  private int field;
  private int wire;
  private long value;
  private long start;

  /** A message that is the whole of a file. */
  ProtoReader(String file, MemorySegment data) {
    this(file, data, 0);
  }

  private ProtoReader(String file, MemorySegment data, long origin) {
    this.file = file;
    this.data = data;
    this.origin = origin;
  }

  /** The file's name, for messages. */
  String file() {
    return file;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() {
    if (at == data.byteSize()) {
      return false;
    }
    long tag = readVarint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw fault("has a field with the number " + (tag >>> 3));
    }
    switch (wire) {
      case VARINT -> value = readVarint();
      case FIXED64 -> {
        need(8);
        value = data.get(LONG, at);
        at += 8;
      }
      case FIXED32 -> {
        need(4);
        value = data.get(INT, at);
        at += 4;
      }
      case BYTES -> {
        value = readVarint();
        need(value);
        start = at;
        at += value;
      }
      default -> throw fault("has a field of wire type " + wire + ", which ONNX doesn't use");
    }
    return true;
  }

  /** The number of the field that {@link #next} moved to. */
  int field() {
    return field;
  }

  /** An int32, int64, uint64 or enum field. */
  long integer() {
    expect(VARINT);
    return value;
  }

  float real() {
    expect(FIXED32);
    return Float.intBitsToFloat((int) value);
  }

  String text() {
    return new String(bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** The field's bytes, in place. */
  MemorySegment bytes() {
    expect(BYTES);
    return data.asSlice(start, value);
  }

  ProtoReader message() {
    return new ProtoReader(file, bytes(), origin + start);
  }

  /** Gives the integers of a repeated field: a run of them when packed, or this one. */
  void integers(LongConsumer each) {
    if (wire == VARINT) {
      each.accept(value);
      return;
    }
    MemorySegment run = bytes();
    ProtoReader r = new ProtoReader(file, run, origin + start);
    while (r.at < run.byteSize()) {
      each.accept(r.readVarint());
    }
  }

  /** Gives the floats of a repeated field: a run of them when packed, or this one. */
  void reals(Consumer<Float> each) {
    MemorySegment run = fixed(4);
    for (long i = 0; i < run.byteSize(); i += 4) {
      each.accept(Float.intBitsToFloat(run.get(INT, i)));
    }
  }

  /**
   * The values of a repeated float or double field as little-endian bytes: a run when packed, or
   * the bytes of this one.
   */
  MemorySegment fixed(int width) {
    if (wire == (width == 4 ? FIXED32 : FIXED64)) {
      return data.asSlice(at - width, width);
    }
    MemorySegment run = bytes();
    if (run.byteSize() % width != 0) {
      throw fault("has a list of numbers that ends inside one");
    }
    return run;
  }

  /** What is wrong with this message. */
  FormatException fault(String what) {
    return new FormatException(
        file + ": is damaged or no ONNX file: it " + what + " (at byte " + (origin + at) + ")");
  }

  private void expect(int type) {
    if (wire != type) {
      throw fault("gives field " + field + " the wire type " + wire + " instead of " + type);
    }
  }

  private void need(long count) {
    if (count < 0 || count > data.byteSize() - at) {
      throw fault("ends inside a field of " + Long.toUnsignedString(count) + " bytes");
    }
  }

  private long readVarint() {
    long v = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      need(1);
      byte b = data.get(ValueLayout.JAVA_BYTE, at++);
      v |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return v;
      }
    }
    throw fault("has a number of more than ten bytes");
  }
}
