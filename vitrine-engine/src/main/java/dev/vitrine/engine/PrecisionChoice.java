package dev.vitrine.engine;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.plan.Planner;
import dev.vitrine.compiler.quantize.Dequantizer;
import dev.vitrine.compiler.quantize.QuantizeOptions;
import dev.vitrine.compiler.quantize.Quantizer;
import dev.vitrine.engine.gen.Level;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings a graph to the precision that is asked for. Where a quantized model may also run on floats
 * both are timed, once a process for each program, tier and number of threads.
 */
final class PrecisionChoice {
  private static final String F32 = Precision.F32.text();
  private static final String INT8 = Precision.INT8.text();

  private record Key(String program, String tier, int threads) {}

  private static final Map<Key, Gain> GAINS = new ConcurrentHashMap<>();

  private PrecisionChoice() {}

  /**
   * @param graph fused
   * @param why what was chosen, for people: {@code int8 (1.31 × float here)}
   */
  record Chosen(Graph graph, String why) {}

  /** A fused graph of that precision, made of an imported one, which is changed. */
  static Chosen of(Graph graph, Options options) {
    Graph fused = Pipeline.to(Stage.FUSED, graph);
    boolean bytes = Dequantizer.isQuantized(fused);
    return switch (options.precision()) {
      case F32 -> new Chosen(bytes ? floats(fused) : fused, F32);
      case INT8 -> new Chosen(bytes ? fused : quantized(fused, options), INT8);
      case AUTO -> bytes ? faster(fused, options) : new Chosen(fused, F32);
    };
  }

  private static Graph floats(Graph fused) {
    Graph out = fused.copy();
    Dequantizer.dequantize(out);
    return out;
  }

  private static Graph quantized(Graph fused, Options options) {
    QuantizeOptions how = QuantizeOptions.defaults().withGrade(grade(options));
    return Quantizer.quantize(fused, List.of(), how, Evaluator::run, (_, _, _) -> {}).graph();
  }

  /** Seven bits where they are what makes products of bytes fast. */
  private static Grade grade(Options options) {
    Level level = Binder.best(options);
    return level == null || level.vnni() ? Grade.W8A8 : Grade.W7A7;
  }

  private static Chosen faster(Graph bytes, Options options) {
    Graph floats = floats(bytes);
    Key key = new Key(Planner.plan(bytes).toString(), options.tierHere(), options.threads());
    Gain gain = GAINS.computeIfAbsent(key, _ -> Gain.of(bytes, floats, options));
    return gain.bytesAreFaster()
        ? new Chosen(bytes, "%s (%s)".formatted(INT8, gain.text()))
        : new Chosen(floats, "%s (int8: %s)".formatted(F32, gain.text()));
  }
}
