package dev.vitrine.compiler;

import dev.vitrine.formats.onnx.OnnxSource;
import dev.vitrine.graph.Graph;
import java.nio.file.Path;
import java.util.Map;

/** Small exports of the three families in {@code testdata/tiny}. */
public final class TinyModels {
  private TinyModels() {}

  /**
   * The graph of a file such as {@code swin/model.1x3x64x64.op13.onnx}; its constants stay mapped.
   */
  public static Graph graph(String file) {
    OnnxSource source =
        OnnxSource.open(Path.of(System.getProperty("vitrine.root"), "testdata", "tiny", file));
    return source.graph(Map.of(), source.outputs());
  }
}
