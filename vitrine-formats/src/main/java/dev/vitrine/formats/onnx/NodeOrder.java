package dev.vitrine.formats.onnx;

import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.onnx.OnnxModel.Typed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Puts nodes so that each comes after what it reads, keeping the file's order where that allows.
 */
final class NodeOrder {
  private final String file;
  private final List<OnnxNode> nodes;
  private final Set<String> given = new HashSet<>();

  NodeOrder(OnnxModel model, List<OnnxNode> nodes) {
    this.file = model.file();
    this.nodes = nodes;
    for (Typed t : model.graph().inputs()) {
      if (t.name().isEmpty() || !given.add(t.name())) {
        throw new FormatException(file + ": two inputs are named '" + t.name() + "'");
      }
    }
    given.addAll(model.graph().initializers().keySet());
    Set<String> outputs = new HashSet<>();
    for (Typed t : model.graph().outputs()) {
      if (!outputs.add(t.name())) {
        throw new FormatException(file + ": two outputs are named '" + t.name() + "'");
      }
    }
  }

  /**
   * @throws FormatException for a value that nothing gives or that two nodes give, and for a cycle
   */
  List<OnnxNode> sorted() {
    Map<String, Integer> producers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).outputs().stream().allMatch(String::isEmpty)) {
        throw fault(nodes.get(i), "gives nothing");
      }
      for (String out : nodes.get(i).outputs()) {
        if (!out.isEmpty() && (given.contains(out) || producers.putIfAbsent(out, i) != null)) {
          throw fault(nodes.get(i), "gives '" + out + "', which is given already");
        }
      }
    }
    List<List<Integer>> users = new ArrayList<>();
    nodes.forEach(_ -> users.add(new ArrayList<>()));
    int[] waiting = new int[nodes.size()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String in : nodes.get(i).inputs()) {
        Integer producer = producers.get(in);
        if (producer != null) {
          users.get(producer).add(i);
          waiting[i]++;
        } else if (!in.isEmpty() && !given.contains(in)) {
          throw fault(nodes.get(i), "reads '" + in + "', which nothing gives");
        }
      }
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<OnnxNode> order = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int i = ready.poll();
      order.add(nodes.get(i));
      for (int user : users.get(i)) {
        if (--waiting[user] == 0) {
          ready.add(user);
        }
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (waiting[i] > 0) {
        throw fault(nodes.get(i), "is part of a cycle or waits for one");
      }
    }
    return order;
  }

  private FormatException fault(OnnxNode n, String what) {
    return new FormatException(file + ": node '" + n.label() + "' (" + n.type() + ") " + what);
  }
}
