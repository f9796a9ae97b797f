package dev.vitrine.formats.npy;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.formats.pickle.NumpyArray;
import dev.vitrine.formats.pickle.PickleGlobals;
import dev.vitrine.formats.pickle.PickleMachine;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** NumPy's array file, versions 1 to 3: magic, header length, a Python dictionary, elements. */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Pattern OBJECTS = Pattern.compile("'descr'\\s*:\\s*'\\|O'");

  private Npy() {}

  /**
   * Reads an array into memory of its own; Fortran order and big-endian elements are rearranged.
   * Two byte void elements are taken for bfloat16, as the ml_dtypes package writes them.
   *
   * @throws FormatException when the file is damaged or its elements have no tensor type
   */
  public static Tensor read(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      return read(file.bytes(), path.toString());
    }
  }

  /** As {@link #read(Path)} from memory; {@code name} stands for the file in errors. */
  public static Tensor read(MemorySegment file, String name) {
    Parts parts = Parts.of(file, name);
    return elements(NpyHeader.parse(parts.header(), name), parts.rest(), name);
  }

  /**
   * Reads a file whose elements are pickled objects, as {@code numpy.save} writes a dictionary.
   * Nothing in it is executed.
   *
   * @return the one object of an array without axes, else a {@link NumpyArray}
   * @throws FormatException when the file is damaged, holds no objects, or refers to what is not
   *     allowed
   */
  public static Object readObject(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      String name = path.toString();
      Parts parts = Parts.of(file.bytes(), name);
      if (!OBJECTS.matcher(parts.header()).find()) {
        throw new FormatException(name + ": holds numbers, not an object; save a dictionary");
      }
      Object read = new PickleMachine(parts.rest(), name, PickleGlobals.numpy(), null).read();
      return read instanceof NumpyArray a && a.objects() != null && a.shape().rank() == 0
          ? a.objects().getFirst()
          : read;
    }
  }

  /** The text of the header, and what follows it. */
  private record Parts(String header, MemorySegment rest) {
    static Parts of(MemorySegment file, String name) {
      long size = file.byteSize();
      if (size < 10 || !Arrays.equals(file.asSlice(0, 6).toArray(ValueLayout.JAVA_BYTE), MAGIC)) {
        throw new FormatException(name + ": is no .npy file; write it with numpy.save");
      }
      int version = file.get(ValueLayout.JAVA_BYTE, 6);
      if (version < 1 || version > 3) {
        throw new FormatException(
            name + ": .npy version " + version + " is not known; save it anew");
      }
      int start = version == 1 ? 10 : 12;
      if (size < start) {
        throw new FormatException(name + ": the file ends inside its header; save it anew");
      }
      long length =
          version == 1
              ? Short.toUnsignedLong(file.get(SHORT, 8))
              : Integer.toUnsignedLong(file.get(INT, 8));
      if (length > size - start || length > 1 << 20) {
        throw new FormatException(name + ": the file ends inside its header; save it anew");
      }
      Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
      byte[] text = file.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
      return new Parts(new String(text, charset), file.asSlice(start + length));
    }
  }

  private static Tensor elements(NpyHeader header, MemorySegment data, String name) {
    TensorType type = new TensorType(header.dtype(), header.shape());
    long bytes;
    try {
      bytes = type.bytes();
    } catch (GraphException | ArithmeticException e) {
      throw new FormatException(name + ": shape " + header.shape() + " is too large", e);
    }
    if (bytes > data.byteSize()) {
      throw new FormatException(
          "%s: the file ends inside its elements (needs %,d bytes, has %,d); save it anew"
              .formatted(name, bytes, data.byteSize()));
    }
    return NumpyTypes.tensor(
        header.dtype(),
        header.bigEndian(),
        header.fortran(),
        header.shape(),
        data.asSlice(0, bytes));
  }

  /**
   * Writes an array, row-major and little-endian; bfloat16 as two byte void elements.
   *
   * @throws FormatException when the file can't be written
   * @throws UnsupportedException for an element type that NumPy doesn't have
   */
  public static void write(Path path, Tensor tensor) {
    write(path, tensor.type(), file -> AtomicFile.append(file, tensor.data()));
  }

  /**
   * As above for an array that need not be in memory.
   *
   * @param elements appends the elements, row-major and little-endian, exactly as many bytes as the
   *     type has
   */
  public static void write(Path path, TensorType type, AtomicFile.Content elements) {
    if (NumpyTypes.code(type.dtype()) == null) {
      throw new UnsupportedException(
          path + ": can't hold elements of type " + type.dtype().text() + "; cast them to f32");
    }
    AtomicFile.write(
        path,
        file -> {
          writeHeader(file, type);
          AtomicFile.exactly(file, type.bytes(), elements);
        });
  }

  private static void writeHeader(FileChannel file, TensorType type) throws IOException {
    String text = NpyHeader.of(type).text();
    int length = (text.length() + 1 + 10 + 63) / 64 * 64 - 10;
    String padded = text + " ".repeat(length - text.length() - 1) + "\n";
    ByteBuffer head = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    head.put(padded.getBytes(StandardCharsets.ISO_8859_1));
    AtomicFile.append(file, MemorySegment.ofArray(head.array()));
  }
}
