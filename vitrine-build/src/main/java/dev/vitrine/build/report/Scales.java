package dev.vitrine.build.report;

import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Site;
import dev.vitrine.formats.Json;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Node;
import dev.vitrine.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The scales of a quantized model as JSON. */
public final class Scales {
  private Scales() {}

  /**
   * An object: {@code tensor_configs} with the policies of each quantized product's weight and
   * activation, {@code values} with their scales, {@code dispatchings} with what each product
   * computes in.
   */
  public static String json(QuantizedModel model) {
    Map<String, Object> configs = new LinkedHashMap<>();
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Object> dispatchings = new LinkedHashMap<>();
    for (Site s : model.sites()) {
      dispatchings.put(s.name(), s.isQuantized() ? s.grade().toString() : "FP32");
      Node n = s.isQuantized() ? product(model.graph(), s.name()) : null;
      if (n == null) {
        continue;
      }
      QuantizedLinear op = (QuantizedLinear) n.op();
      Tensor scale = n.input(QuantizedLinear.SCALE).constant();
      int most = op.grade().weight();
      int levels = op.grade().levels();
      Map<String, Object> tensors = new LinkedHashMap<>();
      tensors.put(
          "activation",
          policy(
              scale == null
                  ? List.of("PER_ROW", "DYNAMIC", "LINEAR", "ASYMMETRICAL")
                  : List.of("PER_TENSOR", "LINEAR", "ASYMMETRICAL"),
              levels,
              0,
              levels));
      tensors.put(
          "weight", policy(List.of("PER_CHANNEL", "LINEAR", "SYMMETRICAL"), levels, -most, most));
      configs.put(s.name(), tensors);
      Tensor weights = n.input(QuantizedLinear.WEIGHT_SCALE).constant();
      values.put(s.name() + ":weight", Map.of("scale", reals(weights), "zero_point", List.of(0)));
      Map<String, Object> activation = new LinkedHashMap<>();
      if (scale != null) {
        activation.put("scale", reals(scale));
        activation.put("zero_point", reals(n.input(QuantizedLinear.ZERO).constant()));
      }
      activation.put("min", s.lo());
      activation.put("max", s.hi());
      values.put(s.name() + ":activation", activation);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("tensor_configs", configs);
    all.put("values", values);
    all.put("dispatchings", dispatchings);
    return Json.print(all);
  }

  private static Node product(Graph g, String name) {
    Node n = g.value(name) == null ? null : g.value(name).producer();
    return n != null && n.op() instanceof QuantizedLinear ? n : null;
  }

  private static Map<String, Object> policy(List<String> policy, int levels, int min, int max) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("bit_width", Integer.SIZE - Integer.numberOfLeadingZeros(levels));
    out.put("policy", policy);
    out.put("quant_min", min);
    out.put("quant_max", max);
    return out;
  }

  private static List<Double> reals(Tensor t) {
    return IntStream.range(0, Math.toIntExact(t.count())).mapToObj(t::real).toList();
  }
}
