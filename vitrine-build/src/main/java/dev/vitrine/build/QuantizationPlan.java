package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.config.BuildConfig.Activations;
import dev.vitrine.build.config.BuildConfig.Precision;
import dev.vitrine.build.config.DataType;
import dev.vitrine.build.config.QuantConfig;
import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.quantize.LayerConfig;
import dev.vitrine.compiler.quantize.QuantizeOptions;
import dev.vitrine.compiler.quantize.Ranges;
import dev.vitrine.compiler.quantize.Selector;
import dev.vitrine.compiler.quantize.Smoothing;
import dev.vitrine.engine.Processor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a configuration comes to for the quantizer, with what there is to say about it. */
record QuantizationPlan(QuantizeOptions options, List<String> notes) {
  static QuantizationPlan of(BuildConfig config) {
    QuantConfig quant = config.quant();
    List<String> notes = new ArrayList<>();
    List<LayerConfig> layers = new ArrayList<>();
    if (quant.highestMixPrecision() && !quant.layerConfigs().isEmpty()) {
      notes.add("layer_configs are ignored: highest_mix_precision keeps everything in float");
    } else {
      quant.layerConfigs().forEach(c -> layers.add(layer(c, layers.size())));
    }
    boolean rows = config.vitrine().activations() == Activations.Rows;
    if (rows && quant.calibrationMethod() != QuantConfig.Method.MinMax) {
      notes.add(
          "calibration_method %s is for ranges of tensors; activations take their range row by row (--activations Static uses it)"
              .formatted(quant.calibrationMethod()));
    }
    QuantizeOptions options =
        QuantizeOptions.defaults()
            .withGrade(grade(config.vitrine().precision(), notes))
            .withRanges(rows ? Ranges.ROWS : ranges(quant.calibrationMethod()))
            .withTransformerLevel(level(quant, config.vitrine().precision(), notes))
            .withLayers(layers)
            .withHighestPrecision(
                quant.highestMixPrecision() || config.vitrine().precision() == Precision.F32)
            .withTargetCosine(config.vitrine().targetCosine());
    if (quant.enableSmoothQuant()) {
      options =
          options.withSmoothing(
              Smoothing.fixed(quant.smoothQuantThreshold(), quant.smoothQuantStrength()));
    }
    return new QuantizationPlan(options, notes);
  }

  private static Ranges ranges(QuantConfig.Method method) {
    return switch (method) {
      case MinMax -> Ranges.MIN_MAX;
      case Percentile -> Ranges.PERCENTILE;
      case MSE -> Ranges.MSE;
      case KL -> Ranges.KL;
    };
  }

  /** The grade asked for, else the one that this machine multiplies fast. */
  private static Grade grade(Precision precision, List<String> notes) {
    return switch (precision) {
      case W8A8, F32 -> Grade.W8A8;
      case W7A7 -> Grade.W7A7;
      case INT8, AUTO -> {
        notes.add(
            hasVnni()
                ? "grade w8a8: this machine has VNNI"
                : "grade w7a7: fast on this machine, which has no VNNI; --precision w8a8 is closer to float");
        yield hasVnni() ? Grade.W8A8 : Grade.W7A7;
      }
    };
  }

  private static boolean hasVnni() {
    return Processor.host().features().stream().anyMatch(f -> f.contains("vnni"));
  }

  /** Attention on bytes only where that is faster, unless the grade is asked for by name. */
  private static int level(QuantConfig quant, Precision precision, List<String> notes) {
    int level = quant.transformerOptLevel();
    boolean free = precision == Precision.INT8 || precision == Precision.AUTO;
    if (level < 2 || !free || hasVnni()) {
      return level;
    }
    notes.add(
        "transformer_opt_level 2 is taken as 1: attention on bytes is slow on this machine, which has no VNNI; --precision w8a8 does it all the same");
    return 1;
  }

  private static LayerConfig layer(QuantConfig.LayerConfig c, int index) {
    String where = "quant.layer_configs[" + index + "]";
    List<String> names = joined(c.layerName(), c.layerNames());
    List<String> types = joined(c.opType(), c.opTypes());
    boolean between = !c.startTensorNames().isEmpty() || !c.endTensorNames().isEmpty();
    long ways =
        Stream.of(!names.isEmpty(), !types.isEmpty(), between)
            .filter(Boolean::booleanValue)
            .count();
    if (ways != 1) {
      throw new VitrineException(
          where
              + " is to choose its layers in one way: layer_name(s), op_type(s), or"
              + " start_tensor_names and end_tensor_names");
    }
    Selector selector =
        between
            ? new Selector.Between(c.startTensorNames(), c.endTensorNames())
            : names.isEmpty() ? new Selector.OpTypes(types) : new Selector.Names(names);
    return new LayerConfig(
        selector,
        type(c.dataType(), DataType.U8, where + ".data_type"),
        type(c.weightDataType(), DataType.S8, where + ".weight_data_type"));
  }

  private static List<String> joined(String one, List<String> several) {
    return Stream.concat(Stream.of(one).filter(s -> !s.isEmpty()), several.stream()).toList();
  }

  private static dev.vitrine.compiler.quantize.DataType type(
      DataType given, DataType otherwise, String where) {
    return switch (given == DataType.DefaultDataType ? otherwise : given) {
      case U8 -> dev.vitrine.compiler.quantize.DataType.U8;
      case S8 -> dev.vitrine.compiler.quantize.DataType.S8;
      case U16 -> dev.vitrine.compiler.quantize.DataType.U16;
      case S16 -> dev.vitrine.compiler.quantize.DataType.S16;
      case FP32, FP16, BF16 -> dev.vitrine.compiler.quantize.DataType.FP32;
      default ->
          throw new VitrineException(where + " is " + given + "; choose U8, S8, U16, S16 or FP32");
    };
  }
}
