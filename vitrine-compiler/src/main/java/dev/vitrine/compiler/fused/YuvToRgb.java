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
 * Pictures from a camera as colours. NV12 holds a plane of luma, then half as many rows of pairs of
 * Cb and Cr, each for 2×2 pixels; NV21 has Cr first. The coefficients are those of ITU-R BT.601.
 *
 * <p>Input: u8[B, 3H/2, W, 1], H and W even. Output: u8[B, H, W, 3] in red, green, blue, rounded to
 * the nearest and cut to 0…255.
 *
 * @param crFirst whether Cr comes before Cb
 * @param fullRange whether luma goes from 0 to 255; else from 16 to 235
 */
public record YuvToRgb(boolean crFirst, boolean fullRange) implements Op {
  private static final double[] FULL = {1, 0, 1.402, 0.344136, 0.714136, 1.772};
  private static final double[] LIMITED = {1.164384, 16, 1.596027, 0.391762, 0.812968, 2.017232};
  private static final double CENTRE = 128;

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(0);
    Checks.rank("the picture", x, 4);
    if (in.dtype(0) != DType.U8 || !x.dim(3).is(1)) {
      throw new GraphException("takes u8[B, 3H/2, W, 1], not " + in.type(0));
    }
    Dim height = Checks.divided("two thirds of the rows", x.dim(1).times(Dim.of(2)), 3);
    Checks.divided("the rows", height, 2);
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
    byte[] out = new byte[Math.toIntExact(type.bytes())];
    double[] k = fullRange ? FULL : LIMITED;
    for (int b = 0, to = 0; b < batch; b++) {
      int picture = b * height * width * 3 / 2;
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++, to += 3) {
          int pair = picture + (height + row / 2) * width + column / 2 * 2;
          double luma = k[0] * ((x[picture + row * width + column] & 0xff) - k[1]);
          double cb = (x[pair + (crFirst ? 1 : 0)] & 0xff) - CENTRE;
          double cr = (x[pair + (crFirst ? 0 : 1)] & 0xff) - CENTRE;
          out[to] = level(luma + k[2] * cr);
          out[to + 1] = level(luma - k[3] * cb - k[4] * cr);
          out[to + 2] = level(luma + k[5] * cb);
        }
      }
    }
    Tensor result = Tensor.zeros(type);
    result.data().copyFrom(MemorySegment.ofArray(out));
    return List.of(result);
  }

  private static byte level(double value) {
    return (byte) Math.clamp(Math.rint(value), 0, 255);
  }
}
