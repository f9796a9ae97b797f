package dev.vitrine.graph.op;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up columns of blocks, [N, C·block, blocks], into images, [N, C, …]: the transpose of taking
 * the blocks. Inputs: the columns, the images' spatial sizes, the block's. Empty lists: dilation
 * and stride 1, no pads. ONNX Col2Im, opset 18.
 */
public record Col2Im(List<Long> dilations, List<Long> pads, List<Long> strides) implements Op {
  @Override
  public List<TensorType> infer(Inputs in) {
    Shape s = in.shape(0);
    List<Dim> dims = new ArrayList<>();
    dims.add(s.dim(0));
    dims.add(Blocks.parts(s.dim(1), Shape.of(in.ints(2)).product()));
    dims.addAll(in.sizes(1));
    return List.of(in.type(0).with(new Shape(dims)));
  }

  @Override
  public List<Tensor> evaluate(Inputs in) {
    Tensor x = in.tensor(0);
    Tensor out = Tensor.zeros(infer(in).getFirst());
    int rank = out.rank() - 2;
    long[] image = in.ints(1);
    long[] block = in.ints(2);
    long[] blocks = new long[rank];
    for (int i = 0; i < rank; i++) {
      long padded = image[i] + get(pads, i, 0) + get(pads, rank + i, 0);
      long span = get(dilations, i, 1) * (block[i] - 1) + 1;
      blocks[i] = (padded - span) / get(strides, i, 1) + 1;
    }
    long[] pixel = Arrays.copyOfRange(Strides.of(out.shape()), 2, rank + 2);
    double[] sums = new double[Math.toIntExact(out.count())];
    long plane = out.shape().count(2, out.rank());
    Cursor inBlock = new Cursor(block);
    Cursor blockAt = new Cursor(blocks);
    long element = 0;
    for (long planes = x.size(0) * out.size(1), p = 0; p < planes; p++) {
      for (long b = 0, n = Shape.of(block).count(); b < n; b++, inBlock.next()) {
        for (long k = 0, m = Shape.of(blocks).count(); k < m; k++, blockAt.next(), element++) {
          long to = p * plane;
          for (int i = 0; i < rank && to >= 0; i++) {
            long at =
                blockAt.index(i) * get(strides, i, 1)
                    + inBlock.index(i) * get(dilations, i, 1)
                    - get(pads, i, 0);
            to = at < 0 || at >= image[i] ? -1 : to + at * pixel[i];
          }
          if (to >= 0) {
            sums[(int) to] += x.real(element);
          }
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      out.set(i, sums[i]);
    }
    return List.of(out);
  }

  private static long get(List<Long> list, int i, long missing) {
    return list.isEmpty() ? missing : list.get(i);
  }
}
