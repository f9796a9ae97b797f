package dev.vitrine.formats.onnx;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes graphs as ONNX. Equal graphs give equal bytes. Constants go from their memory to the file
 * without a copy; where the model would pass 2 GB, the large ones go to a file {@code NAME.data}
 * beside it.
 */
public final class OnnxWriter {
  /** The opsets that can be written. */
  public static final int OLDEST_OPSET = 11;

  public static final int NEWEST_OPSET = OnnxTable.NEWEST;

  /** Protobuf's limit for one message. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private OnnxWriter() {}

  /**
   * Writes a graph; the file appears when it is complete.
   *
   * @param opset {@value #OLDEST_OPSET} to {@value #NEWEST_OPSET}
   * @throws dev.vitrine.graph.VitrineException naming the node that the opset, or ONNX, has no
   *     operation for
   * @throws dev.vitrine.formats.FormatException when the file can't be written
   */
  public static void write(Path file, Graph graph, int opset) {
    write(file, graph, opset, Map.of());
  }

  /**
   * As above.
   *
   * @param metadata free text by key, which other programs can show
   */
  public static void write(Path file, Graph graph, int opset, Map<String, String> metadata) {
    write(file, graph, opset, metadata, LARGEST);
  }

  /** As above with another limit for the model's size in bytes. */
  static void write(Path file, Graph graph, int opset, Map<String, String> metadata, long largest) {
    checkOpset(opset);
    OnnxModel model = new GraphExporter(graph, opset).model(new TreeMap<>(metadata));
    ProtoWriter whole = new ModelWriter(model, null).write();
    if (whole.size() <= largest) {
      AtomicFile.write(file, to -> append(to, whole.parts()));
      return;
    }
    Path beside = file.resolveSibling(file.getFileName() + ".data");
    ModelWriter parted = new ModelWriter(model, beside.getFileName().toString());
    ProtoWriter small = parted.write();
    // The model is written first and shows last: a failure of either leaves neither.
    AtomicFile.write(
        file,
        to -> {
          append(to, small.parts());
          AtomicFile.write(beside, data -> append(data, parted.data()));
        });
  }

  /** As {@link #write(Path, Graph, int)} to memory, which the model must fit. */
  static MemorySegment write(Graph graph, int opset) {
    checkOpset(opset);
    ProtoWriter whole =
        new ModelWriter(new GraphExporter(graph, opset).model(Map.of()), null).write();
    MemorySegment out = Tensor.zeros(DType.U8, Shape.of(whole.size())).data();
    long at = 0;
    for (MemorySegment part : whole.parts()) {
      MemorySegment.copy(part, 0, out, at, part.byteSize());
      at += part.byteSize();
    }
    return out;
  }

  /** The least opset, from {@value #OLDEST_OPSET} on, that can say all of a graph. */
  public static int leastOpset(Graph graph) {
    int least = OLDEST_OPSET;
    GraphExporter exporter = new GraphExporter(graph, least);
    for (Node n : graph.nodes()) {
      while (!exporter.canWrite(n)) {
        checkOpset(++least);
        exporter = new GraphExporter(graph, least);
      }
    }
    return least;
  }

  private static void checkOpset(int opset) {
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw new OpsetException(
          "opset "
              + opset
              + " can't be written; choose one of "
              + OLDEST_OPSET
              + " to "
              + NEWEST_OPSET);
    }
  }

  private static void append(FileChannel file, List<MemorySegment> parts) throws IOException {
    for (MemorySegment part : parts) {
      AtomicFile.append(file, part);
    }
  }
}
