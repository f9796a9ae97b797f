package dev.vitrine.formats.torch;

import dev.vitrine.formats.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the weights in what was saved. */
final class StateDict {
  /** Where training scripts put the weights, the most telling name first. */
  private static final List<String> WRAPPERS =
      List.of(
          "state_dict",
          "model_state_dict",
          "teacher",
          "model",
          "module",
          "backbone",
          "network",
          "model_ema",
          "state_dict_ema",
          "ema",
          "student");

  private static final int MAX_DEPTH = 4;

  private StateDict() {}

  /** The tensors by name, in the order of the file. */
  static Map<String, TorchTensor> find(Object root, String file) {
    Map<String, TorchTensor> found = find(root, MAX_DEPTH);
    if (found == null) {
      throw new FormatException(
          file
              + ": holds no weights by name"
              + keys(root)
              + "; save them: torch.save(model.state_dict(), FILE)");
    }
    return found;
  }

  private static Map<String, TorchTensor> find(Object value, int depth) {
    if (depth == 0 || !(value instanceof Map<?, ?> map)) {
      return null;
    }
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (k, v) -> {
          if (k instanceof String name && v instanceof TorchTensor t) {
            tensors.put(name, t);
          }
        });
    if (tensors.size() > 1) {
      return tensors;
    }
    for (String wrapper : WRAPPERS) {
      Map<String, TorchTensor> inside = find(map.get(wrapper), depth - 1);
      if (inside != null) {
        return inside;
      }
    }
    return tensors.isEmpty() ? null : tensors;
  }

  private static String keys(Object root) {
    if (!(root instanceof Map<?, ?> map)) {
      return "";
    }
    List<String> names =
        map.keySet().stream()
            .filter(String.class::isInstance)
            .limit(6)
            .map(Object::toString)
            .toList();
    return " (its entries: " + String.join(", ", names) + ")";
  }
}
