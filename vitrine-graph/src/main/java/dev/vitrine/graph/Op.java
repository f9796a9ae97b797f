package dev.vitrine.graph;

import java.util.List;

/**
 * An operation: a record whose components are its attributes, under ONNX's names and with the
 * meaning of the newest opset. Operations are values: two with equal attributes are equal.
 *
 * <p>Component types: long, int, float, boolean, String, {@link DType}, an enum, {@link Tensor}, or
 * a List of Long, Float or String.
 */
public interface Op {
  /**
   * The types of the outputs. Asking {@link Inputs} for something that isn't known makes all
   * outputs {@link TensorType#UNKNOWN}.
   *
   * @throws GraphException when the inputs don't suit the operation
   */
  List<TensorType> infer(Inputs in);

  /**
   * The plain, obviously right computation: the oracle of every fast kernel and the fallback where
   * there is none. All inputs are known; the results are fresh tensors or views of the inputs.
   */
  List<Tensor> evaluate(Inputs in);

  /**
   * The elements of each small integer output as dimensions, where inputs tell them in symbols; an
   * entry is null where nothing is known. This is how shape arithmetic stays symbolic.
   */
  default List<List<Dim>> symbols(Inputs in) {
    return List.of();
  }

  /** The name in the text form, and in ONNX if ONNX has the operation. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** False for operations that give something else every time, such as random numbers. */
  default boolean isDeterministic() {
    return true;
  }
}
