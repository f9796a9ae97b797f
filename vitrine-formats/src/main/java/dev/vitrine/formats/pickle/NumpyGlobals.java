package dev.vitrine.formats.pickle;

import dev.vitrine.formats.npy.NumpyTypes;
import dev.vitrine.formats.pickle.PickleGlobals.Function;
import dev.vitrine.formats.pickle.PickleGlobals.Stateful;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** NumPy's arrays, element types and scalars, under the old and the new name of their module. */
final class NumpyGlobals {
  private NumpyGlobals() {}

  static Map<String, Object> all() {
    Map<String, Object> out = new HashMap<>();
    out.put("numpy.ndarray", "numpy.ndarray");
    out.put("numpy.dtype", (Function) ElementType::new);
    for (String core : List.of("numpy.core.", "numpy._core.")) {
      out.put(core + "multiarray._reconstruct", (Function) _ -> new NumpyArray());
      out.put(core + "multiarray.scalar", (Function) NumpyGlobals::scalar);
      out.put(core + "numeric._frombuffer", (Function) NumpyGlobals::fromBuffer);
    }
    return out;
  }

  /** {@code scalar(dtype, bytes)}: a Long, Double or Boolean. */
  private static Object scalar(List<?> arguments) {
    ElementType type = (ElementType) arguments.get(0);
    Tensor t = type.tensor(Shape.of(1), PickleMachine.bytes(arguments.get(1)), false);
    if (t.dtype() == DType.BOOL) {
      return t.bool(0);
    }
    return t.dtype().isFloat() ? (Object) t.real(0) : (Object) t.integer(0);
  }

  /** {@code _frombuffer(bytes, dtype, shape, order)}. */
  private static NumpyArray fromBuffer(List<?> arguments) {
    NumpyArray a = new NumpyArray();
    boolean fortran = "F".equals(arguments.get(3));
    a.setState(List.of(1L, arguments.get(2), arguments.get(1), fortran, arguments.get(0)));
    return a;
  }

  /**
   * {@code dtype('f4', False, True)}, then its state {@code (3, '<', …)} that gives the byte order.
   */
  static final class ElementType implements Stateful {
    private final String code;
    private boolean bigEndian;

    ElementType(List<?> arguments) {
      code = ((String) arguments.getFirst()).replaceFirst("^[<>|=]", "");
      bigEndian = ((String) arguments.getFirst()).startsWith(">");
    }

    @Override
    public void setState(Object state) {
      bigEndian = ">".equals(((List<?>) state).get(1));
    }

    boolean isObject() {
      return code.startsWith("O");
    }

    Tensor tensor(Shape shape, byte[] data, boolean fortran) {
      DType dtype = NumpyTypes.dtype(code);
      if (dtype == null) {
        throw new IllegalArgumentException("no element type " + code);
      }
      return NumpyTypes.tensor(dtype, bigEndian, fortran, shape, MemorySegment.ofArray(data));
    }
  }
}
