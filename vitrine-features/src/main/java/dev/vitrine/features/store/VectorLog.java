package dev.vitrine.features.store;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Vectors of one length by name in a file that is only added to, so that what it holds survives
 * whatever ends its writer: a cut-off record counts as not written. A vector under a name that is
 * there replaces the old one; a removal is a record too. {@link #compact} makes a new file of what
 * still counts and moves it into place.
 *
 * <p>For one thread. One process may write, others may read meanwhile.
 */
public final class VectorLog implements AutoCloseable {
  private static final byte PUT = 1;
  private static final byte REMOVE = 2;
  private static final String SHAPE = "shape";

  /**
   * A vector in the file.
   *
   * @param stamp tells whether the picture changed since; 0 where that isn't known
   * @param height of the picture in pixels, as {@code width}
   * @param at where its elements lie in the file
   */
  public record Entry(String name, long stamp, int height, int width, long at) {}

  private final RecordLog log;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private Json header = Json.absent();
  private Shape shape;
  private int length;
  private long records;
  private long lost;

  private VectorLog(RecordLog log) {
    this.log = log;
  }

  /**
   * Makes an empty file; it appears whole.
   *
   * @param shape of each vector
   * @param about what the vectors are of: plain values as {@link Json#print} takes them
   */
  public static void create(Path path, Shape shape, Map<String, ?> about) {
    RecordLog.create(path, header(shape, about).getBytes(StandardCharsets.UTF_8));
  }

  private static String header(Shape shape, Map<String, ?> about) {
    Map<String, Object> all = new LinkedHashMap<>(about);
    List<Long> sizes = new ArrayList<>();
    for (long n : shape.sizes()) {
      sizes.add(n);
    }
    all.put(SHAPE, sizes);
    return Json.print(all);
  }

  /**
   * Opens a file to read.
   *
   * @throws FormatException when it is missing, damaged or something else
   */
  public static VectorLog read(Path path) {
    return open(RecordLog.read(path), false);
  }

  /**
   * Opens a file to add to it; a record that was cut off is removed.
   *
   * @throws FormatException as above, or when it is being written already
   */
  public static VectorLog append(Path path) {
    VectorLog log = open(RecordLog.append(path), false);
    log.log.cut();
    return log;
  }

  /** Opens a damaged file to write; all whole records are kept. */
  public static VectorLog repair(Path path) {
    return open(RecordLog.append(path), true);
  }

  private static VectorLog open(RecordLog log, boolean repair) {
    VectorLog vectors = new VectorLog(log);
    try {
      vectors.lost = log.scan(vectors::replay, repair);
      if (vectors.shape == null) {
        throw log.fault("lacks its header; make it again");
      }
      return vectors;
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void replay(ByteBuffer record, long at) {
    if (shape == null) {
      byte[] text = new byte[record.remaining()];
      record.get(text);
      header = Json.parse(new String(text, StandardCharsets.UTF_8), log.path().toString());
      shape = shape(header.at(SHAPE));
      length = Math.toIntExact(shape.count());
      return;
    }
    int start = record.position();
    try {
      byte kind = record.get();
      byte[] name = new byte[Math.min(record.getInt(), record.remaining())];
      record.get(name);
      String key = new String(name, StandardCharsets.UTF_8);
      records++;
      entries.remove(key);
      if (kind == PUT) {
        long stamp = record.getLong();
        int height = record.getInt();
        int width = record.getInt();
        if (record.remaining() != 4 * length) {
          throw log.fault("holds vectors of another length; make it again");
        }
        long from = at + record.position() - start;
        entries.put(key, new Entry(key, stamp, height, width, from));
      }
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new FormatException(log.path() + ": is damaged at byte " + at + "; make it again", e);
    }
  }

  private Shape shape(Json sizes) {
    long[] dims = new long[sizes.size()];
    long count = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = sizes.at(i).integer(0);
      count = dims[i] < 1 ? 0 : Math.min(Integer.MAX_VALUE, count * dims[i]);
    }
    if (dims.length == 0 || count < 1 || count > Integer.MAX_VALUE / 8) {
      throw log.fault("has a header without a shape; make it again");
    }
    return Shape.of(dims);
  }

  public Path path() {
    return log.path();
  }

  /** What the vectors are of, as it was given to {@link #create}, and their shape. */
  public Json header() {
    return header;
  }

  /** The shape of each vector. */
  public Shape shape() {
    return shape;
  }

  /** The vectors that count, in the order in which they were added. */
  public Collection<Entry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /** The vector of that name; null when there is none. */
  public Entry entry(String name) {
    return entries.get(name);
  }

  /** Records that no longer count: replaced vectors and removals. */
  public long stale() {
    return records - entries.size();
  }

  /** Bytes that belong to no whole record when the file was opened. */
  public long lost() {
    return lost;
  }

  /** Where the last whole record ends. */
  public long end() {
    return log.end();
  }

  /**
   * A number for all that the file holds up to the end of a record: what was made of it while
   * {@link #end()} was there is still right where this is the same. −1 when no record ends there.
   */
  public long digest(long end) {
    return log.digest(end);
  }

  /**
   * Adds a vector, or replaces it.
   *
   * @throws FormatException when it can't be written; what was there before stays
   */
  public void put(String name, long stamp, int height, int width, float[] vector) {
    if (vector.length != length) {
      throw new IllegalArgumentException(vector.length + " elements, not " + length);
    }
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer record = record(PUT, key, 16 + 4 * length);
    record.putLong(stamp).putInt(height).putInt(width);
    record.asFloatBuffer().put(vector);
    long at = log.append(record.clear()) + 5 + key.length + 16;
    entries.remove(name);
    entries.put(name, new Entry(name, stamp, height, width, at));
    records++;
  }

  /** Removes a vector; whether there was one. */
  public boolean remove(String name) {
    if (!entries.containsKey(name)) {
      return false;
    }
    log.append(record(REMOVE, name.getBytes(StandardCharsets.UTF_8), 0).clear());
    entries.remove(name);
    records++;
    return true;
  }

  private static ByteBuffer record(byte kind, byte[] name, int rest) {
    return ByteBuffer.allocate(5 + name.length + rest)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(kind)
        .putInt(name.length)
        .put(name);
  }

  /** Waits until what was added is on the disk. */
  public void force() {
    log.force();
  }

  /** A vector's elements. */
  public float[] vector(Entry entry) {
    float[] out = new float[length];
    bytes(entry).asFloatBuffer().get(out);
    return out;
  }

  /** A vector's elements as little-endian bytes. */
  public ByteBuffer bytes(Entry entry) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    log.read(entry.at(), bytes);
    return bytes.flip();
  }

  /** All vectors that count, one a row, in the order of {@link #entries()}; off the heap. */
  public Tensor matrix() {
    long row = 4L * length;
    long bytes = Math.multiplyExact(row, (long) entries.size());
    MemorySegment all = Arena.ofAuto().allocate(Math.max(1, bytes), 64).asSlice(0, bytes);
    long at = 0;
    for (Entry e : entries.values()) {
      log.read(e.at(), all.asSlice(at, row).asByteBuffer());
      at += row;
    }
    return Tensor.of(DType.F32, Shape.of(entries.size(), length), all);
  }

  /**
   * Makes the file anew with what still counts. Readers that have the old one open keep it.
   *
   * @throws FormatException when it can't be written; then the old file stays
   */
  public void compact() {
    Path beside = log.path().resolveSibling("." + log.path().getFileName() + ".compact");
    Map<String, Object> about = new LinkedHashMap<>();
    header.entries().forEach((key, value) -> about.put(key, value.plain()));
    about.remove(SHAPE);
    try {
      create(beside, shape, about);
      try (VectorLog copy = append(beside)) {
        for (Entry e : entries.values()) {
          copy.put(e.name(), e.stamp(), e.height(), e.width(), vector(e));
        }
        copy.force();
      }
      Files.move(beside, log.path(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FormatException(log.path() + ": can't be replaced (" + e.getMessage() + ")", e);
    } finally {
      try {
        Files.deleteIfExists(beside);
      } catch (IOException e) {
        // A file that stays is overwritten next time.
      }
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
