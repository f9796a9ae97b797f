package dev.vitrine.formats.torch;

import dev.vitrine.formats.npy.NumpyTypes;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor as a checkpoint describes it: a window on a storage.
 *
 * @param offset the first element's place in the storage, in elements
 * @param strides the step along each axis, in elements
 */
record TorchTensor(Storage storage, DType dtype, long offset, Shape shape, List<Long> strides) {
  /**
   * Memory that tensors share, by the key that the file has for it.
   *
   * @param dtype null for plain bytes
   * @param offset where a view of the storage starts, in elements
   */
  record Storage(String key, DType dtype, long offset) {}

  TorchTensor {
    if (offset < 0 || strides.size() != shape.rank() || strides.stream().anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException("no window on a storage");
    }
  }

  /** Whether the elements lie one after another in row-major order. */
  boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.size(axis) != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= shape.size(axis);
    }
    return true;
  }

  /**
   * The tensor over its storage's bytes: a view where that is possible, else a copy.
   *
   * @throws IllegalArgumentException when the window is larger than the storage
   */
  Tensor over(MemorySegment data) {
    int width = dtype.bytes();
    long from = Math.addExact(offset, storage.offset);
    long count = shape.count();
    long last = from;
    for (int axis = 0; axis < shape.rank() && count > 0; axis++) {
      last = Math.addExact(last, Math.multiplyExact(strides.get(axis), shape.size(axis) - 1));
    }
    long elements = data.byteSize() / width;
    if (count > 0 ? last >= elements : from > elements) {
      throw new IllegalArgumentException("its storage holds " + elements + " elements only");
    }
    if (isContiguous() || count == 0) {
      long bytes = new TensorType(dtype, shape).bytes();
      return Tensor.of(dtype, shape, data.asSlice(from * width, bytes));
    }
    if (count > elements) {
      throw new IllegalArgumentException("it repeats elements; save it with .contiguous()");
    }
    return NumpyTypes.gather(
        dtype, shape, data, from, strides.stream().mapToLong(Long::longValue).toArray());
  }
}
