package dev.vitrine.formats.safetensors;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.UnsupportedException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The safetensors format: the header's length in eight bytes, a JSON header that gives each
 * tensor's type, shape and place, then the elements without gaps.
 */
public final class Safetensors {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long MAX_HEADER = 100_000_000;
  private static final int HEADER_ALIGNMENT = 8;

  private Safetensors() {}

  /** Whether a file starts as a safetensors file does: the length of a header, then an object. */
  public static boolean matches(MemorySegment file) {
    return file.byteSize() >= 10
        && file.get(ValueLayout.JAVA_BYTE, 8) == '{'
        && file.get(LENGTH, 0) > 1
        && file.get(LENGTH, 0) <= MAX_HEADER;
  }

  /**
   * Maps a file. The tensors are views of it.
   *
   * @throws FormatException when it is damaged or has an element type that is not supported
   */
  public static Checkpoint read(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      Header header = header(file.bytes(), path.toString());
      return new Checkpoint(path, tensors(header), header.json().metadata(), List.of(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The tensors of a file in memory, as views of it; {@code name} stands for it in errors. */
  public static Map<String, Tensor> read(MemorySegment file, String name) {
    return tensors(header(file, name));
  }

  private record Header(SafetensorsHeader json, MemorySegment data, long start, String name) {}

  private static Header header(MemorySegment file, String name) {
    long size = file.byteSize();
    if (size < 8) {
      throw new FormatException(name + ": is no safetensors file: too short");
    }
    long length = file.get(LENGTH, 0);
    if (length < 2 || length > MAX_HEADER) {
      throw new FormatException(
          name
              + ": is no safetensors file: a header of "
              + Long.toUnsignedString(length)
              + " bytes");
    }
    if (length > size - 8) {
      throw new FormatException(name + ": the file ends inside its header; download it again");
    }
    byte[] text = file.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
    return new Header(
        SafetensorsHeader.parse(text, name), file.asSlice(8 + length), 8 + length, name);
  }

  private static Map<String, Tensor> tensors(Header header) {
    List<SafetensorsHeader.Entry> byPlace = new ArrayList<>(header.json.entries());
    byPlace.sort(
        (a, b) ->
            a.begin() != b.begin()
                ? Long.compare(a.begin(), b.begin())
                : Long.compare(a.end(), b.end()));
    long end = 0;
    for (SafetensorsHeader.Entry e : byPlace) {
      check(header, e, end);
      end = e.end();
    }
    if (end != header.data.byteSize()) {
      throw new FormatException(
          "%s: %d bytes after the last tensor belong to none; export it again"
              .formatted(header.name, header.data.byteSize() - end));
    }
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry e : header.json.entries()) {
      MemorySegment data = header.data.asSlice(e.begin(), e.end() - e.begin());
      out.put(e.name(), Tensor.of(e.type().dtype(), e.type().shape(), data));
    }
    return out;
  }

  private static void check(Header header, SafetensorsHeader.Entry e, long previousEnd) {
    String tensor = header.name + ": tensor '" + e.name() + "' ";
    long bytes;
    try {
      bytes = e.type().bytes();
    } catch (GraphException | ArithmeticException x) {
      throw new FormatException(tensor + "has a shape too large: " + e.type().shape(), x);
    }
    if (e.begin() < 0 || e.end() < e.begin() || e.end() - e.begin() != bytes) {
      throw new FormatException(
          "%s is %s but has the offsets %d to %d; export it again"
              .formatted(tensor.strip(), e.type(), e.begin(), e.end()));
    }
    if (e.end() > header.data.byteSize()) {
      throw new FormatException(
          String.format(
              Locale.ROOT,
              "%s: the file ends inside tensor '%s' (needs %,d bytes at %,d, the file has %,d);"
                  + " download it again",
              header.name,
              e.name(),
              bytes,
              header.start + e.begin(),
              header.start + header.data.byteSize()));
    }
    if (e.begin() != previousEnd) {
      String what = e.begin() < previousEnd ? "overlaps another" : "leaves a gap before it";
      throw new FormatException(tensor + what + "; export it again");
    }
  }

  /**
   * Writes tensors. The same content gives the same bytes: larger element types come first, then
   * names in order.
   *
   * @throws FormatException when the file can't be written
   * @throws UnsupportedException for an element type that is not written
   */
  public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, TensorType> types = new TreeMap<>();
    tensors.forEach((name, t) -> types.put(name, t.type()));
    write(path, types, tensors::get, metadata);
  }

  /**
   * As above, with every tensor at a multiple of some bytes, so that it can be used where it is
   * mapped. Tensors called {@code NAME.pad} fill up between them.
   *
   * @param alignment a power of two of at least 8
   */
  public static void writeAligned(
      Path path, Map<String, Tensor> tensors, Map<String, String> metadata, int alignment) {
    Map<String, Tensor> all = new TreeMap<>(tensors);
    tensors.forEach(
        (name, t) -> {
          int over = (int) (t.data().byteSize() % alignment);
          if (over != 0) {
            MemorySegment zeros = MemorySegment.ofArray(new byte[alignment - over]);
            Shape shape = Shape.of(zeros.byteSize() / t.dtype().bytes());
            all.put(name + ".pad", Tensor.of(t.dtype(), shape, zeros));
          }
        });
    Map<String, TensorType> types = new TreeMap<>();
    all.forEach((name, t) -> types.put(name, t.type()));
    writeParts(
        path,
        types,
        (name, file) -> AtomicFile.append(file, all.get(name).data()),
        metadata,
        alignment);
  }

  /**
   * As above, but each tensor is asked for when its turn comes, so that only one need be in memory.
   *
   * @param tensors gives a tensor of the stated type for a name
   */
  public static void write(
      Path path,
      Map<String, TensorType> types,
      Function<String, Tensor> tensors,
      Map<String, String> metadata) {
    writeParts(
        path,
        types,
        (name, file) -> {
          Tensor t = tensors.apply(name);
          if (!t.type().equals(types.get(name))) {
            throw new IllegalArgumentException(
                name + " is " + t.type() + ", not " + types.get(name));
          }
          AtomicFile.append(file, t.data());
        },
        metadata);
  }

  /** Appends the elements of a tensor, row-major and little-endian. */
  @FunctionalInterface
  public interface Elements {
    void writeTo(String tensor, FileChannel file) throws IOException;
  }

  /** As above for tensors that need not be in memory. */
  public static void writeParts(
      Path path, Map<String, TensorType> types, Elements elements, Map<String, String> metadata) {
    writeParts(path, types, elements, metadata, HEADER_ALIGNMENT);
  }

  private static void writeParts(
      Path path,
      Map<String, TensorType> types,
      Elements elements,
      Map<String, String> metadata,
      int alignment) {
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    long at = 0;
    for (String name : order(types)) {
      TensorType type = types.get(name);
      if (rank(type.dtype()) < 0) {
        throw new UnsupportedException(
            "%s: tensor '%s' can't be written as %s; cast it to f32"
                .formatted(path, name, type.dtype().text()));
      }
      long end = Math.addExact(at, type.bytes());
      entries.add(new SafetensorsHeader.Entry(name, type, at, end));
      at = end;
    }
    byte[] text = SafetensorsHeader.print(entries, metadata).getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(8 + text.length, alignment) * alignment - 8;
    ByteBuffer head = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(length).put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    AtomicFile.write(
        path,
        file -> {
          AtomicFile.append(file, MemorySegment.ofArray(head.array()));
          for (SafetensorsHeader.Entry e : entries) {
            AtomicFile.exactly(file, e.type().bytes(), part -> elements.writeTo(e.name(), part));
          }
        });
  }

  private static List<String> order(Map<String, TensorType> types) {
    Comparator<String> bySize =
        Comparator.comparing((String name) -> rank(types.get(name).dtype())).reversed();
    return types.keySet().stream().sorted(bySize.thenComparing(Comparator.naturalOrder())).toList();
  }

  /** The place of a type in the order that the reference implementation uses. */
  private static int rank(DType dtype) {
    return SafetensorsHeader.TYPES.indexOf(dtype);
  }
}
