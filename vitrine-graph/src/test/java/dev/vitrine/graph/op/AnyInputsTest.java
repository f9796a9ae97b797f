package dev.vitrine.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.graph.DType;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphException;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.RoundMode;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs that make no sense give a graph's own error, and inference never contradicts evaluation.
 */
final class AnyInputsTest {
  private static final int ROUNDS = 200;

  static Stream<Op> ops() {
    Tensor seven = Tensor.ints(7);
    return Stream.of(
        new Add(),
        new Div(),
        new Mod(false),
        new Mod(true),
        new Pow(),
        new Max(),
        new Mean(),
        new And(),
        new BitShift(BitShift.Direction.LEFT),
        new Equal(),
        new Less(),
        new Where(),
        new PRelu(),
        new Clip(),
        new Cast(DType.U8),
        new CastLike(true, RoundMode.UP),
        new BitCast(DType.I32),
        new Not(),
        new IsNaN(),
        new Sqrt(),
        new Abs(),
        new ReduceSum(true, false),
        new ReduceMax(false, true),
        new ReduceMean(false, false),
        new ArgMax(1, false, true),
        new ArgMin(0, true, false),
        new Softmax(-1),
        new Hardmax(0),
        new CumSum(true, false),
        new CumProd(false, true),
        new TopK(0, true, true),
        new Unique(0, false),
        new NonZero(),
        new OneHot(-1),
        new Det(),
        new dev.vitrine.graph.op.Shape(1, null),
        new Size(),
        new Reshape(false),
        new Reshape(true),
        new Flatten(1),
        new Squeeze(),
        new Unsqueeze(),
        new Transpose(List.of()),
        new Transpose(List.of(1L, 0L)),
        new Concat(0),
        new Concat(-1),
        new Split(0, 2),
        new Split(-1, 0),
        new Slice(),
        new Gather(0),
        new Gather(-1),
        new GatherElements(1),
        new GatherND(0),
        new GatherND(1),
        new ScatterElements(0, Scatter.ADD),
        new ScatterND(Scatter.NONE),
        new Expand(),
        new Tile(),
        new Pad(Pad.Mode.CONSTANT),
        new Pad(Pad.Mode.REFLECT),
        new Pad(Pad.Mode.EDGE),
        new Pad(Pad.Mode.WRAP),
        new ConstantOfShape(seven),
        new Range(),
        new Trilu(true),
        new EyeLike(DType.I8, 1),
        new DepthToSpace(2, Blocks.DCR),
        new SpaceToDepth(2, Blocks.CRD),
        new ReverseSequence(0, 1),
        new Compress(0),
        new CenterCropPad(List.of()),
        new CenterCropPad(List.of(1L)),
        new Col2Im(List.of(), List.of(), List.of()),
        new TensorScatter(1, TensorScatter.Mode.LINEAR),
        new TensorScatter(1, TensorScatter.Mode.CIRCULAR),
        new Dropout(),
        new NegativeLogLikelihoodLoss(0, NegativeLogLikelihoodLoss.Reduced.MEAN),
        new SoftmaxCrossEntropyLoss(0, NegativeLogLikelihoodLoss.Reduced.NONE));
  }

  @ParameterizedTest
  @MethodSource("ops")
  void giveAResultOrAGraphError(Op op) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Tensor> tensors = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        tensors.add(random.nextInt(12) == 0 ? null : tensor(random));
      }
      try {
        List<Tensor> folded = evaluate(op, tensors, true);
        List<Tensor> open = evaluate(op, tensors, false);
        for (int i = 0; i < folded.size(); i++) {
          assertThat(open.get(i).sameAs(folded.get(i))).as("seed " + seed).isTrue();
        }
      } catch (GraphException e) {
        assertThat(e.getMessage()).as("seed " + seed).doesNotContain("\n").contains("node");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + tensors, e);
      }
    }
  }

  /** With the inputs as constants, or as inputs of a graph; checks the inferred type. */
  private static List<Tensor> evaluate(Op op, List<Tensor> tensors, boolean constants) {
    Graph g = new Graph();
    List<Value> in = new ArrayList<>();
    for (Tensor t : tensors) {
      if (t == null) {
        in.add(null);
      } else {
        in.add(constants ? g.constant("c", t) : g.input("x" + in.size(), t.type()));
      }
    }
    Node n = g.node("", op, in, List.of("y"));
    List<Tensor> out = Evaluator.evaluate(n, tensors);
    if (n.output().type().isStatic()) {
      assertThat(out.getFirst().type()).isEqualTo(n.output().type());
    }
    return out;
  }

  private static Tensor tensor(Random random) {
    DType[] likely = {DType.F32, DType.I64, DType.I64, DType.BOOL, DType.I32};
    DType dtype =
        random.nextInt(8) == 0
            ? DType.values()[random.nextInt(DType.values().length)]
            : likely[random.nextInt(likely.length)];
    long[] sizes = new long[random.nextInt(4)];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(3);
    }
    Tensor t = Tensor.zeros(dtype, Shape.of(sizes));
    for (long i = 0; i < t.count(); i++) {
      t.set(i, (long) random.nextInt(dtype.isUnsigned() ? 0 : -3, 5));
    }
    return t;
  }
}
