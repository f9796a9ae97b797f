package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;
import java.util.Map;

/**
 * An ONNX file as it is written: nothing resolved, nothing checked but the wire format.
 *
 * @param opsets versions by domain; the default domain is the empty string
 * @param metadata free text by key
 */
record OnnxModel(
    String file,
    Map<String, Long> opsets,
    Proto graph,
    Map<FunctionKey, Function> functions,
    Map<String, String> metadata) {

  /** A graph's contents. */
  record Proto(
      List<OnnxNode> nodes,
      Map<String, Tensor> initializers,
      List<Typed> inputs,
      List<Typed> outputs,
      List<Typed> inner) {}

  /**
   * A name with its type.
   *
   * @param type {@link TensorType#UNKNOWN} when none is given
   * @param fault why it is no tensor of a known type; null when it is
   */
  record Typed(String name, TensorType type, String fault) {}

  /** What tells functions apart. */
  record FunctionKey(String domain, String name, String overload) {}

  /**
   * A function of the model.
   *
   * @param defaults attributes that a call may leave out
   */
  record Function(
      FunctionKey key,
      List<String> inputs,
      List<String> outputs,
      List<OnnxNode> nodes,
      Map<String, Object> defaults,
      Map<String, Long> opsets) {}

  /** In place of an attribute inside a function: the call's attribute of that name. */
  record Reference(String attribute) {}

  /** An attribute of a kind that no operation here takes, such as a sub-graph. */
  record Foreign(String what) {}
}
