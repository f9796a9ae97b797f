package dev.vitrine.compiler.fused;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.List;

/**
 * Cuts pictures into patches that touch and don't overlap, and maps each to a token. Tokens go row
 * by row over the grid ⌊H/patchH⌋ × ⌊W/patchW⌋; pixels beyond it are not read.
 *
 * <p>Inputs: pictures[B, C, H, W], weight[N, C, patchH, patchW], optional bias[N]. Output: [B,
 * ⌊H/patchH⌋·⌊W/patchW⌋, N].
 */
public record PatchEmbedding(int patchH, int patchW) implements Op {
  public static final int PICTURE = 0;
  public static final int WEIGHT = 1;
  public static final int BIAS = 2;

  public PatchEmbedding {
    if (patchH < 1 || patchW < 1) {
      throw new GraphException("a patch can't be " + patchH + "×" + patchW);
    }
  }

  @Override
  public List<TensorType> infer(Inputs in) {
    Shape x = in.shape(PICTURE);
    Shape weight = in.shape(WEIGHT);
    Checks.rank("the picture", x, 4);
    Checks.shape(
        "weight", Shape.of(weight.dim(0), x.dim(1), Dim.of(patchH), Dim.of(patchW)), weight);
    if (in.has(BIAS)) {
      Checks.shape("bias", Shape.of(weight.dim(0)), in.shape(BIAS));
    }
    Dim rows = x.dim(2).floorDividedBy(patchH);
    Dim columns = x.dim(3).floorDividedBy(patchW);
    return List.of(in.type(PICTURE).with(Shape.of(x.dim(0), rows.times(columns), weight.dim(0))));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(PICTURE);
    double[] weight = Checks.reals(in.tensor(WEIGHT));
    int columns = Math.toIntExact(in.tensor(WEIGHT).size(0));
    long channels = x.size(1);
    long height = x.size(2);
    long width = x.size(3);
    long gridH = height / patchH;
    long gridW = width / patchW;
    Tensor out = Tensor.zeros(x.dtype(), Shape.of(x.size(0), gridH * gridW, columns));
    int depth = columns == 0 ? 0 : weight.length / columns;
    double[] patch = new double[depth];
    for (long t = 0, at = 0; at < out.count(); t++) {
      long picture = t / (gridH * gridW);
      long top = t / gridW % gridH * patchH;
      long left = t % gridW * patchW;
      int i = 0;
      for (long c = 0; c < channels; c++) {
        for (long y = top; y < top + patchH; y++) {
          for (long z = left; z < left + patchW; z++) {
            patch[i++] = x.real(((picture * channels + c) * height + y) * width + z);
          }
        }
      }
      for (int n = 0; n < columns; n++, at++) {
        double sum = in.has(BIAS) ? in.tensor(BIAS).real(n) : 0;
        for (int k = 0; k < depth; k++) {
          sum += patch[k] * weight[n * depth + k];
        }
        out.set(at, sum);
      }
    }
    return List.of(out);
  }
}
