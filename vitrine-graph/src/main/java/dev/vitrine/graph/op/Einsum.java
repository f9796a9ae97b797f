package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums of products by Einstein's convention, such as {@code bij,bjk->bik}: labels are letters, an
 * ellipsis stands for leading dimensions that broadcast. ONNX Einsum, opset 12.
 */
public record Einsum(String equation) implements Op {

  /**
   * Labels of each input and of the output; the dimensions of an ellipsis are the digits 0, 1, …
   * from the last.
   */
  private record Terms(List<List<Character>> inputs, List<Character> output) {}

  private Terms terms(Inputs in) {
    String text = equation.replace(" ", "");
    int arrow = text.indexOf("->");
    String[] left = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
    Check.that(left.length == in.size(), "'%s' has not %s terms", equation, in.size());
    List<List<Character>> inputs = new ArrayList<>();
    int broadcast = 0;
    Map<Character, Integer> uses = new TreeMap<>();
    for (int i = 0; i < left.length; i++) {
      int more = in.rank(i) - left[i].replace("...", "").length();
      Check.that(
          left[i].contains("...") ? more >= 0 : more == 0,
          "term '%s' doesn't fit %s",
          left[i],
          in.shape(i));
      broadcast = Math.max(broadcast, more);
      inputs.add(labels(left[i], more));
      inputs.getLast().forEach(c -> uses.merge(c, 1, Integer::sum));
    }
    if (arrow >= 0) {
      return new Terms(inputs, labels(text.substring(arrow + 2), broadcast));
    }
    List<Character> output = labels("...", broadcast);
    uses.forEach(
        (c, n) -> {
          if (n == 1 && !Character.isDigit(c)) {
            output.add(c);
          }
        });
    return new Terms(inputs, output);
  }

  private List<Character> labels(String term, int more) {
    List<Character> out = new ArrayList<>();
    for (char c : term.replace("...", ".").toCharArray()) {
      Check.that(c == '.' || Character.isLetter(c), "'%s' has an odd '%s'", equation, c);
      for (int i = more - 1; c == '.' && i >= 0; i--) {
        out.add((char) ('0' + i));
      }
      if (c != '.') {
        out.add(c);
      }
    }
    return out;
  }

  private static Map<Character, Dim> sizes(Inputs in, Terms terms) {
    Map<Character, Dim> sizes = new LinkedHashMap<>();
    for (int i = 0; i < in.size(); i++) {
      List<Character> labels = terms.inputs.get(i);
      for (int axis = 0; axis < labels.size(); axis++) {
        Shape size = Shape.of(in.shape(i).dim(axis));
        sizes.merge(
            labels.get(axis),
            size.dim(0),
            (a, b) -> Shape.broadcast(Shape.of(a), Shape.of(b)).dim(0));
      }
    }
    return sizes;
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Terms terms = terms(in);
    Map<Character, Dim> sizes = sizes(in, terms);
    terms.output.forEach(
        c -> Check.that(sizes.containsKey(c), "'%s': no term has '%s'", equation, c));
    return List.of(in.type(0).with(new Shape(terms.output.stream().map(sizes::get).toList())));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    Terms terms = terms(in);
    Map<Character, Dim> sizes = sizes(in, terms);
    List<Character> kept = terms.output;
    List<Character> summed = new ArrayList<>(sizes.keySet());
    summed.removeAll(kept);
    double[][] x = new double[in.size()][];
    int[][] at = new int[in.size()][];
    int[][] step = new int[in.size()][];
    for (int i = 0; i < x.length; i++) {
      x[i] = Reals.of(in.tensor(i));
      at[i] = offsets(kept, sizes, terms.inputs.get(i), in.shape(i));
      step[i] = offsets(summed, sizes, terms.inputs.get(i), in.shape(i));
    }
    double[] y = new double[Math.toIntExact(type.shape().count())];
    for (int o = 0; o < y.length; o++) {
      for (int s = 0; s < step[0].length; s++) {
        double product = 1;
        for (int i = 0; i < x.length; i++) {
          product *= x[i][at[i][o] + step[i][s]];
        }
        y[o] += product;
      }
    }
    return List.of(Reals.to(type, y));
  }

  /** For all values of some labels in row-major order, how far into a term's input they lead. */
  private static int[] offsets(
      List<Character> over, Map<Character, Dim> sizes, List<Character> term, Shape shape) {
    int[] at = {0};
    for (char label : over) {
      int n = Math.toIntExact(sizes.get(label).size());
      int stride = 0;
      for (int axis = 0; axis < term.size(); axis++) {
        if (term.get(axis) == label && !shape.dim(axis).is(1)) {
          stride += Math.toIntExact(shape.count(axis + 1, shape.rank()));
        }
      }
      int[] next = new int[Math.multiplyExact(at.length, n)];
      for (int i = 0; i < next.length; i++) {
        next[i] = at[i / n] + i % n * stride;
      }
      at = next;
    }
    return at;
  }
}
