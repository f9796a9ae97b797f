package dev.vitrine.formats.onnx;

import dev.vitrine.formats.onnx.OnnxModel.FunctionKey;
import java.util.List;
import java.util.Map;

/**
 * A node as the file has it.
 *
 * @param domain the empty string for ONNX's own operations
 * @param version the opset of the domain that the node is written in; 0 when the file states none
 * @param inputs names; empty for an optional one that is absent
 * @param attributes Long, Float, String, Tensor, a List of the first three, {@link
 *     OnnxModel.Reference} or {@link OnnxModel.Foreign}
 */
record OnnxNode(
    String name,
    String domain,
    String type,
    String overload,
    long version,
    List<String> inputs,
    List<String> outputs,
    Map<String, Object> attributes) {
  /** The node's name; its first output's where it has none. */
  String label() {
    return name.isEmpty() && !outputs.isEmpty() ? outputs.getFirst() : name;
  }

  FunctionKey key() {
    return new FunctionKey(domain, type, overload);
  }

  OnnxNode withName(String other) {
    return new OnnxNode(other, domain, type, overload, version, inputs, outputs, attributes);
  }

  OnnxNode withVersion(long opset) {
    return new OnnxNode(name, domain, type, overload, opset, inputs, outputs, attributes);
  }
}
