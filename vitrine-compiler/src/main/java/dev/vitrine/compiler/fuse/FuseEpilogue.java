package dev.vitrine.compiler.fuse;

import dev.vitrine.compiler.fused.Activation;
import dev.vitrine.compiler.fused.ChannelsLastConv;
import dev.vitrine.compiler.fused.Linear;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.rewrite.Match;
import dev.vitrine.compiler.rewrite.Outcome;
import dev.vitrine.compiler.rewrite.Pattern;
import dev.vitrine.compiler.rewrite.Reason;
import dev.vitrine.compiler.rewrite.Rule;
import dev.vitrine.compiler.rewrite.Weights;
import dev.vitrine.graph.Inputs;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Op;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Add;
import dev.vitrine.graph.op.Gelu;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Sigmoid;
import dev.vitrine.graph.op.Swish;
import java.util.Arrays;

/**
 * What follows a product or a convolution goes into it, in the order in which it computes: a
 * constant vector, an activation, and for a product a value of the result's shape.
 */
final class FuseEpilogue implements Rule {
  private static final Pattern NEXT =
      Pattern.node(Add.class, Relu.class, Gelu.class, Sigmoid.class, Swish.class);

  @Override
  public Pattern pattern() {
    return NEXT;
  }

  @Override
  public Outcome apply(Match m) {
    return m.root().op() instanceof Add ? add(m) : activate(m);
  }

  private static Outcome activate(Match m) {
    Value x = m.root().input(0);
    Node host = host(x);
    Activation activation = activation(m.root());
    if (host == null || activation == null || !takesMore(host)) {
      return Outcome.PASSED;
    }
    if (!m.graph().usedOnce(x)) {
      return m.missed(Reason.USED_ELSEWHERE);
    }
    Op op =
        switch (host.op()) {
          case ChannelsLastConv c ->
              new ChannelsLastConv(c.strides(), c.pads(), c.dilations(), c.group(), activation);
          case QuantizedLinear l -> new QuantizedLinear(activation, l.grade());
          default -> new Linear(activation);
        };
    return m.replace(op, host.inputs().toArray(Value[]::new));
  }

  private static Activation activation(Node n) {
    return switch (n.op()) {
      case Relu _ -> Activation.RELU;
      case Gelu g ->
          g.approximate() == Gelu.Approximation.NONE ? Activation.GELU : Activation.GELU_TANH;
      case Sigmoid _ -> Activation.SIGMOID;
      case Swish s when s.alpha() == 1 -> Activation.SILU;
      case Swish s when s.alpha() == 1.702f -> Activation.QUICK_GELU;
      default -> null;
    };
  }

  private static Node host(Value x) {
    Node n = x.producer();
    return n != null && bias(n.op()) >= 0 ? n : null;
  }

  /** Which input is the bias; −1 where no epilogue fits. */
  private static int bias(Op op) {
    return switch (op) {
      case Linear _ -> Linear.BIAS;
      case QuantizedLinear _ -> QuantizedLinear.BIAS;
      case ChannelsLastConv _ -> ChannelsLastConv.BIAS;
      default -> -1;
    };
  }

  /** Which input is the residual; −1 where there can't be one. */
  private static int residual(Op op) {
    return switch (op) {
      case Linear _ -> Linear.RESIDUAL;
      case QuantizedLinear _ -> QuantizedLinear.RESIDUAL;
      default -> -1;
    };
  }

  /** Whether neither an activation nor a residual follows the sum yet. */
  private static boolean takesMore(Node host) {
    Activation activation =
        switch (host.op()) {
          case Linear l -> l.activation();
          case QuantizedLinear l -> l.activation();
          case ChannelsLastConv c -> c.activation();
          default -> null;
        };
    int residual = residual(host.op());
    return activation == Activation.NONE && (residual < 0 || host.input(residual) == null);
  }

  private static Outcome add(Match m) {
    Node n = m.root();
    for (int i = 0; i < 2; i++) {
      Node host = host(n.input(i));
      Value other = n.input(1 - i);
      if (host == null || !m.graph().usedOnce(n.input(i))) {
        continue;
      }
      Tensor vector = vector(other, n.output().shape());
      if (vector != null && takesMore(host) && isConstant(host.input(bias(host.op())))) {
        return m.replace(host.op(), withBias(m, host, other, vector));
      }
      int residual = residual(host.op());
      if (vector == null
          && residual >= 0
          && host.input(residual) == null
          && other.type().equals(n.output().type())) {
        Value[] in = Arrays.copyOf(host.inputs().toArray(Value[]::new), residual + 1);
        in[residual] = other;
        return m.replace(host.op(), in);
      }
    }
    return Outcome.PASSED;
  }

  private static boolean isConstant(Value bias) {
    return bias == null || bias.isConstant();
  }

  /** A constant as one number for each index of the last axis; null when it is none such. */
  private static Tensor vector(Value v, Shape to) {
    if (!v.isConstant() || !to.dim(-1).isStatic()) {
      return null;
    }
    long n = to.size(-1);
    Tensor t = v.constant();
    if (t.count() == 1) {
      return Weights.filled(t.dtype(), n, t.real(0));
    }
    return t.count() == n && t.size(-1) == n ? t.reshape(Shape.of(n)) : null;
  }

  private static Value[] withBias(Match m, Node host, Value like, Tensor vector) {
    int bias = bias(host.op());
    Value[] in = Arrays.copyOf(host.inputs().toArray(Value[]::new), bias + 1);
    Value old = in[bias];
    Tensor sum =
        old == null ? vector : new Add().evaluate(Inputs.of(old.constant(), vector)).getFirst();
    in[bias] = sum.sameAs(like.constant()) ? like : m.constant(like, sum);
    return in;
  }
}
