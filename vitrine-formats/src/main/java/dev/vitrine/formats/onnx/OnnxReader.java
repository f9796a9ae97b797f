package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Reads ONNX models and tensors from memory; {@link OnnxSource} opens files. */
public final class OnnxReader {
  private OnnxReader() {}

  /**
   * The graph of a model without external data. Its constants are views of {@code data}.
   *
   * @param file stands for the model in errors
   * @throws dev.vitrine.formats.FormatException when the bytes are no sound model
   * @throws dev.vitrine.formats.UnsupportedException listing the operations that Vitrine doesn't
   *     have
   */
  public static Graph graph(String file, MemorySegment data) {
    OnnxModel model = ModelParser.parse(file, data, new ExternalData(null));
    return new GraphImporter(model).graph(Map.of(), List.of());
  }

  /** The tensor of a TensorProto message, as ONNX's test cases store them; a view of the bytes. */
  public static Tensor tensor(String file, MemorySegment data) {
    return TensorParser.parse(new ProtoReader(file, data), new ExternalData(null)).tensor();
  }
}
