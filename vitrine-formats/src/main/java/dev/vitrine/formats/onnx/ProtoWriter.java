package dev.vitrine.formats.onnx;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds one message in the protobuf wire format. Tensor data is not copied: a message is a list of
 * segments, small ones of its own and large ones of others.
 */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final List<MemorySegment> parts = new ArrayList<>();
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private long closed;

  /** An int32, int64 or enum field. */
  ProtoWriter integer(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  ProtoWriter real(int field, float value) {
    tag(field, FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < 4; i++) {
      open.write(bits >>> 8 * i);
    }
    return this;
  }

  /** A text field; none for the empty text, which is what a reader assumes. */
  ProtoWriter text(int field, String value) {
    return value.isEmpty() ? this : entry(field, value);
  }

  /** An element of a repeated text field. */
  ProtoWriter entry(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    tag(field, BYTES);
    varint(utf8.length);
    open.writeBytes(utf8);
    return this;
  }

  /** A packed list of integers. */
  ProtoWriter integers(int field, List<Long> values) {
    ProtoWriter list = new ProtoWriter();
    values.forEach(list::varint);
    return message(field, list);
  }

  /** Bytes that stay where they are until the message is written. */
  ProtoWriter bytes(int field, MemorySegment data) {
    tag(field, BYTES);
    varint(data.byteSize());
    close();
    add(data);
    return this;
  }

  ProtoWriter message(int field, ProtoWriter inner) {
    tag(field, BYTES);
    varint(inner.size());
    if (inner.parts.isEmpty()) {
      open.writeBytes(inner.open.toByteArray());
    } else {
      close();
      inner.parts().forEach(this::add);
    }
    return this;
  }

  /** The message's size in bytes. */
  long size() {
    return closed + open.size();
  }

  /** The message, in order. */
  List<MemorySegment> parts() {
    close();
    return parts;
  }

  private void close() {
    if (open.size() > 0) {
      add(MemorySegment.ofArray(open.toByteArray()));
      open.reset();
    }
  }

  private void add(MemorySegment part) {
    if (part.byteSize() > 0) {
      parts.add(part);
      closed = Math.addExact(closed, part.byteSize());
    }
  }

  private void tag(int field, int wire) {
    varint((long) field << 3 | wire);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      open.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    open.write((int) rest);
  }
}
