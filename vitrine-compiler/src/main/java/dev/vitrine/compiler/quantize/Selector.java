package dev.vitrine.compiler.quantize;

import java.util.List;

/** Which nodes of the simplified graph a configuration is about. */
public sealed interface Selector {
  /** Nodes by name, or by the name of their first output. */
  record Names(List<String> names) implements Selector {
    public Names {
      names = List.copyOf(names);
    }
  }

  /** All nodes of those ONNX operations, such as {@code MatMul}. */
  record OpTypes(List<String> types) implements Selector {
    public OpTypes {
      types = List.copyOf(types);
    }
  }

  /**
   * All nodes on the way from some values to others, both ends included; {@code DEFAULT} stands for
   * the graph's inputs and outputs.
   */
  record Between(List<String> starts, List<String> ends) implements Selector {
    public Between {
      starts = List.copyOf(starts);
      ends = List.copyOf(ends);
    }
  }
}
