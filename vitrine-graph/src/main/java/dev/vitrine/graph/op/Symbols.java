package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Shape arithmetic on symbolic elements: what the {@code symbols} methods have in common. */
final class Symbols {
  private Symbols() {}

  /** One element, or nothing known if it is null. */
  static List<List<Dim>> single(Dim element) {
    return element == null ? List.of() : List.of(List.of(element));
  }

  /** The elements of input 0 as they are. */
  static List<List<Dim>> same(Inputs in) {
    return in.elements(0) == null ? List.of() : List.of(in.elements(0));
  }

  /** A function of one element of each input, broadcast; null stands for what isn't known. */
  static List<List<Dim>> elementwise(Inputs in, Function<Dim[], Dim> f) {
    List<List<Dim>> elements = IntStream.range(0, in.size()).mapToObj(in::elements).toList();
    if (elements.stream().anyMatch(Objects::isNull)) {
      return List.of();
    }
    Shape shape = Broadcast.shape(in, 0);
    if (shape.count() > Inputs.LONGEST) {
      return List.of();
    }
    Cursor at = Broadcast.cursor(shape, in);
    List<Dim> out = new ArrayList<>();
    for (long n = shape.count(); n > 0; n--, at.next()) {
      Dim[] operands = new Dim[in.size()];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = elements.get(i).get((int) at.of(i));
      }
      out.add(f.apply(operands));
    }
    return List.of(out);
  }

  /** A function of two known operands, folded from the left over all inputs. */
  static List<List<Dim>> combine(Inputs in, BinaryOperator<Dim> f) {
    return elementwise(
        in,
        operands -> {
          Dim folded = operands[0];
          for (int i = 1; i < operands.length; i++) {
            boolean known = folded != null && operands[i] != null;
            folded = known ? f.apply(folded, operands[i]) : null;
          }
          return folded;
        });
  }

  /**
   * For an operation that only moves elements of its first {@code sources} inputs, as the others
   * tell it: evaluated on the elements' numbers.
   */
  static List<List<Dim>> moved(Op op, Inputs in, int sources) {
    List<Dim> elements = new ArrayList<>();
    List<Tensor> numbers = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      if (!in.has(i)) {
        numbers.add(null);
      } else if (i >= sources) {
        numbers.add(in.tensor(i));
      } else if (in.elements(i) == null) {
        return List.of();
      } else {
        long first = elements.size();
        elements.addAll(in.elements(i));
        long[] own = LongStream.range(first, elements.size()).toArray();
        numbers.add(Tensor.i64(in.shape(i), own));
      }
    }
    if (elements.stream().allMatch(Objects::isNull)) {
      return List.of();
    }
    List<List<Dim>> out = new ArrayList<>();
    for (Tensor t : op.evaluate(Inputs.of(in.outputs(), numbers))) {
      out.add(
          t.count() > Inputs.LONGEST
              ? null
              : Arrays.stream(t.toLongs()).mapToObj(n -> elements.get((int) n)).toList());
    }
    return out;
  }

  static Dim product(List<Dim> dims) {
    return dims.stream().reduce(Dim.of(1), Dim::times);
  }

  /** The greater one where that is certain, else null. */
  static Dim max(Dim a, Dim b) {
    if (a.minus(b).isNatural()) {
      return a;
    }
    return b.minus(a).isNatural() ? b : null;
  }

  /** The lesser one where that is certain, else null. */
  static Dim min(Dim a, Dim b) {
    if (b.minus(a).isNatural()) {
      return a;
    }
    return a.minus(b).isNatural() ? b : null;
  }

  /** 1 or 0 where it is certain whether they are equal, else null. */
  static Dim equal(Dim a, Dim b) {
    if (a.equals(b)) {
      return Dim.of(1);
    }
    return a.minus(b).isPositive() || b.minus(a).isPositive() ? Dim.of(0) : null;
  }

  /** a ÷ b truncated, for what is certainly not negative, else null. */
  static Dim quotient(Dim a, Dim b) {
    if (a.isStatic() && b.isStatic()) {
      return b.is(0) ? null : Dim.of(a.size() / b.size());
    }
    Dim exact = a.dividedBy(b);
    if (exact != null || !b.isStatic() || b.size() <= 0 || !a.isNatural()) {
      return exact;
    }
    return a.floorDividedBy(b.size());
  }

  /** a mod b, with the sign of b, for a positive number b, else null. */
  static Dim remainder(Dim a, Dim b) {
    if (!b.isStatic() || b.size() <= 0) {
      return null;
    }
    Dim rest = new Dim(a.terms().stream().filter(t -> t.factor() % b.size() != 0).toList());
    return rest.isMixed()
        ? Dim.of("⌊(" + rest + ")%" + b + "⌋")
        : rest.minus(b.times(rest.floorDividedBy(b.size())));
  }

  /** a to the power of a small number b, else null. */
  static Dim power(Dim a, Dim b) {
    return b.isStatic() && b.size() >= 0 && b.size() <= 4
        ? product(Collections.nCopies((int) b.size(), a))
        : null;
  }
}
