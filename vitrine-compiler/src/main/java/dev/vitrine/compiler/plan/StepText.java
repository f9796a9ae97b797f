package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Activation;
import java.util.Locale;

/** Steps in words. */
public final class StepText {
  private StepText() {}

  /** The kind of work and its epilogue, such as {@code product_bias_gelu}. */
  public static String name(Step step) {
    return switch (step) {
      case Step.Product s ->
          "product"
              + epilogue(s.bias(), s.activation(), s.residual())
              + (s.rows() == null ? "" : "_rows");
      case Step.Coded s -> name(s.producer()) + "_codes";
      case Step.QuantizeRows s ->
          "quantize_" + lower(s.out().grade()) + (s.given() ? "_given" : "");
      case Step.QuantizedProduct s ->
          "product_" + lower(s.a().grade()) + epilogue(s.bias(), s.activation(), s.residual());
      case Step.Convolution s ->
          (s.isDepthwise() ? "depthwise" : "convolution")
              + epilogue(s.bias(), s.activation(), s.residual());
      case Step.Attention s -> s.bias() == null ? "attention" : "attention_bias";
      case Step.QuantizedAttention _ -> "attention_w8a8";
      case Step.LayerNorm s -> "layer_norm" + (s.rows() == null ? "" : "_rows");
      case Step.Softmax _ -> "softmax";
      case Step.Elementwise _ -> "elementwise";
      case Step.Copy _ -> "copy";
      case Step.Gather _ -> "gather";
      case Step.Fill _ -> "fill";
      case Step.Resample _ -> "resample";
      case Step.Reduce s -> "reduce_" + lower(s.kind());
      case Step.Colours _ -> "colours";
      case Step.Pool s -> s.max() ? "max_pool" : "average_pool";
      case Step.Reference s -> "reference_" + s.op().name();
    };
  }

  /** What a product's or convolution's kernel does to its result, as part of a name. */
  public static String epilogue(View bias, Activation activation, View residual) {
    return (bias == null ? "" : "_bias")
        + (activation == Activation.NONE ? "" : "_" + lower(activation))
        + (residual == null ? "" : "_residual");
  }

  /** The sizes, such as {@code [1370×384]·[384×1536]}. */
  public static String shape(Step step) {
    return switch (step) {
      case Step.Product s -> s.a().shape() + "·" + s.b().shape();
      case Step.Coded s -> shape(s.producer());
      case Step.QuantizedProduct s -> s.a().codes().shape() + "·" + s.weight().shape();
      case Step.Convolution s -> pictures(s.x(), s.out()) + " " + s.window();
      case Step.Attention s -> s.q().shape() + "·" + s.k().shape();
      case Step.QuantizedAttention s -> s.q().shape() + "·" + s.k().shape();
      case Step.Elementwise s -> s.out().shape() + " " + s.function();
      case Step.Resample s -> pictures(s.x(), s.out());
      case Step.Reduce s -> pictures(s.x(), s.out());
      case Step.Colours s -> pictures(s.x(), s.out());
      case Step.Pool s -> pictures(s.x(), s.out()) + " " + s.window();
      case Step.LayerNorm _,
          Step.QuantizeRows _,
          Step.Softmax _,
          Step.Copy _,
          Step.Gather _,
          Step.Fill _,
          Step.Reference _ ->
          step.writes().getFirst().shape();
    };
  }

  private static String pictures(View x, View out) {
    return x.shape() + "→" + out.shape();
  }

  private static String lower(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT);
  }
}
