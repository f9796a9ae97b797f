package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import java.util.List;

/** Whether a = b, broadcast. ONNX Equal, opset 19. */
public record Equal() implements Comparison {
  @Override
  public boolean holds(int order) {
    return order == 0;
  }

  @Override
  public List<List<Dim>> symbols(Inputs in) {
    return Symbols.combine(in, Symbols::equal);
  }
}
