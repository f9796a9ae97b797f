package dev.vitrine.compiler.fused;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Pictures from a camera as colours.
 *
 * <p>Input: u8[B, 3H/2, W, 1] where luma has a plane of its own, else u8[B, H, W, 2]; W is even,
 * and so is H in the first case. Output: u8[B, H, W, 3]: channel i is {@code m[4i]·Y + m[4i+1]·Cb +
 * m[4i+2]·Cr + m[4i+3]}, in float32 and in that order, rounded to the nearest and cut to 0…255.
 *
 * @param matrix twelve numbers
 */
public record YuvToRgb(Sampling sampling, List<Float> matrix) implements Op {
  /** ITU-R BT.601 with luma from 0 to 255, to red, green and blue. */
  public static final List<Float> FULL =
      List.of(
          1f,
          0f,
          1.402f,
          -179.456f,
          1f,
          -0.344136f,
          -0.714136f,
          135.458816f,
          1f,
          1.772f,
          0f,
          -226.816f);

  /** ITU-R BT.601 with luma from 16 to 235. */
  public static final List<Float> LIMITED =
      List.of(
          1.164384f,
          0f,
          1.596027f,
          -222.9216f,
          1.164384f,
          -0.391762f,
          -0.812968f,
          135.575296f,
          1.164384f,
          2.017232f,
          0f,
          -276.83584f);

  public YuvToRgb {
    matrix = List.copyOf(matrix);
    if (matrix.size() != 12) {
      throw new GraphException("takes a matrix of 12 numbers, not " + matrix.size());
    }
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    Checks.rank("the picture", x, 4);
    boolean planar = sampling.isPlanar();
    if (in.dtype(0) != DType.U8 || !x.dim(3).is(planar ? 1 : 2)) {
      String wanted = planar ? "u8[B, 3H/2, W, 1]" : "u8[B, H, W, 2]";
      throw new GraphException("takes " + wanted + ", not " + in.type(0));
    }
    Dim height = x.dim(1);
    if (planar) {
      height = Checks.divided("two thirds of the rows", x.dim(1).times(Dim.of(2)), 3);
      Checks.divided("the rows", height, 2);
    }
    Checks.divided("the columns", x.dim(2), 2);
    return List.of(new TensorType(DType.U8, Shape.of(x.dim(0), height, x.dim(2), Dim.of(3))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    TensorType type = infer(in).getFirst();
    byte[] x = in.tensor(0).data().toArray(ValueLayout.JAVA_BYTE);
    int batch = Math.toIntExact(type.shape().size(0));
    int height = Math.toIntExact(type.shape().size(1));
    int width = Math.toIntExact(type.shape().size(2));
    int picture = batch == 0 ? 0 : x.length / batch;
    byte[] out = new byte[Math.toIntExact(type.bytes())];
    for (int b = 0, to = 0; b < batch; b++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int start = b * picture;
          float y = x[start + sampling.luma(row, column, width)] & 0xff;
          float cb = x[start + sampling.cb(row, column, height, width)] & 0xff;
          float cr = x[start + sampling.cr(row, column, height, width)] & 0xff;
          for (int channel = 0; channel < 3; channel++, to++) {
            out[to] = level(channel, y, cb, cr);
          }
        }
      }
    }
    Tensor result = Tensor.zeros(type);
    result.data().copyFrom(MemorySegment.ofArray(out));
    return List.of(result);
  }

  private byte level(int channel, float y, float cb, float cr) {
    int row = 4 * channel;
    float sum =
        matrix.get(row) * y
            + matrix.get(row + 1) * cb
            + matrix.get(row + 2) * cr
            + matrix.get(row + 3);
    return (byte) Math.clamp(Math.rint(sum), 0, 255);
  }
}
