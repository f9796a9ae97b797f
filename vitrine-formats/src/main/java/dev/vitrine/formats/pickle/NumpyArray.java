package dev.vitrine.formats.pickle;

import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.util.List;

/** An array in a pickle: of numbers, or of any values. Complete once the pickle is read. */
public final class NumpyArray implements PickleGlobals.Stateful {
  private Shape shape = Shape.of(0);
  private Tensor tensor;
  private List<?> objects;

  NumpyArray() {}

  /** {@code (version, shape, dtype, fortran order, bytes or list)}. */
  @Override
  public void setState(Object state) {
    List<?> parts = (List<?>) state;
    long[] sizes = ((List<?>) parts.get(1)).stream().mapToLong(x -> (Long) x).toArray();
    Shape given = Shape.of(sizes);
    NumpyGlobals.ElementType type = (NumpyGlobals.ElementType) parts.get(2);
    boolean fortran = (Boolean) parts.get(3);
    if (type.isObject()) {
      List<?> items = (List<?>) parts.get(4);
      if (items.size() != given.count() || (fortran && given.rank() > 1)) {
        throw new IllegalArgumentException("objects don't fill the array");
      }
      objects = items;
    } else {
      tensor = type.tensor(given, PickleMachine.bytes(parts.get(4)), fortran);
    }
    shape = given;
  }

  public Shape shape() {
    return shape;
  }

  /** The numbers; null for an array of objects. */
  public Tensor tensor() {
    return tensor;
  }

  /** The objects in row-major order; null for an array of numbers. */
  public List<?> objects() {
    return objects;
  }

  @Override
  public String toString() {
    return "array" + shape;
  }
}
