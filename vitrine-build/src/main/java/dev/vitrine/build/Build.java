package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.config.BuildConfig.ModelType;
import dev.vitrine.build.config.BuildConfig.Precision;
import dev.vitrine.build.config.Configuration;
import dev.vitrine.build.config.QuantConfig.AnalysisMethod;
import dev.vitrine.build.config.QuantConfig.AnalysisMode;
import dev.vitrine.build.data.CalibrationData;
import dev.vitrine.build.data.Samples;
import dev.vitrine.build.report.BuildTables;
import dev.vitrine.build.report.Flowchart;
import dev.vitrine.build.report.OutputError;
import dev.vitrine.build.report.Scales;
import dev.vitrine.compiler.check.Difference;
import dev.vitrine.compiler.quantize.LayerPrecision;
import dev.vitrine.compiler.quantize.PrecisionAnalysis;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Quantizer;
import dev.vitrine.engine.EngineExecutor;
import dev.vitrine.engine.Gain;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Tier;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.graph.Executor;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A build from a configuration: simplify, calibrate, quantize, compile, check, report. Everything
 * that depends on the configuration alone is looked at before anything is written.
 */
public final class Build {
  /**
   * What was built.
   *
   * @param compiled the compiled model
   * @param report the page; null where none was asked for
   * @param passed whether all checks passed
   * @param outputs how far they are from the float model on calibration data; empty without any
   * @param precision what the compiled model computes in
   */
  public record Result(
      Path compiled, Path report, boolean passed, List<OutputError> outputs, String precision) {}

  private final Configuration configuration;
  private final BuildConfig config;
  private final Environment environment;
  private final OutputTree tree;
  private final Executor executor;

  private Build(Configuration configuration, Environment environment) {
    this.configuration = configuration;
    this.config = configuration.config();
    this.environment = environment;
    this.tree = OutputTree.of(config);
    this.executor = new EngineExecutor(environment.options());
  }

  /**
   * Builds a model and prints as it goes.
   *
   * @throws VitrineException naming the field or file at fault
   */
  public static Result run(Configuration configuration, Environment environment) {
    return new Build(configuration, environment).run();
  }

  private Result run() {
    if (config.input().isEmpty()) {
      throw new VitrineException("there is no input; name the model with --input");
    }
    if (config.modelType() == ModelType.QuantAxModel) {
      throw new VitrineException(
          "model_type QuantAxModel can be read by its maker's tools only; build from the ONNX model");
    }
    if (!configuration.ignored().isEmpty()) {
      environment.print("ignored on a CPU: " + String.join(", ", configuration.ignored()));
    }
    QuantizationPlan plan = QuantizationPlan.of(config);
    Path input = environment.find(config.input());
    try (Frontend frontend = Frontend.open(config, input, environment::find)) {
      Inputs inputs = new Inputs(config, frontend, environment);
      boolean needsData = !plan.options().highestPrecision();
      if (needsData && config.quant().inputConfigs().isEmpty()) {
        throw new VitrineException(
            "quant.input_configs is empty; name calibration data there, or choose --precision f32");
      }
      inputs.check();
      Groups groups = Groups.open(config, frontend, inputs);
      for (String folder :
          List.of(config.quant().inputSampleDir(), config.compiler().inputSampleDir())) {
        if (!folder.isEmpty()) {
          Samples.find(environment.find(folder), frontend.inputs().keySet());
        }
      }
      boolean checked = frontend(frontend, input);
      CalibrationData data =
          config.quant().inputConfigs().isEmpty() ? null : inputs.calibration(tree.dataset());
      QuantizedModel model = quantize(frontend, data, plan);
      return backend(frontend, groups, data, model, checked);
    }
  }

  private boolean frontend(Frontend frontend, Path input) {
    frontend.write(tree.optimized());
    environment.print("save optimized onnx to [" + tree.optimized() + "]");
    environment.print(BuildTables.model(frontend.source().info(), frontend.graph(), size(input)));
    boolean passed = true;
    if (config.onnxOpt().modelCheck()) {
      for (Difference d : frontend.check(environment.options())) {
        boolean same = Frontend.passes(d);
        passed &= same;
        environment.print(
            "model check [%s]: cosine %.7f, max abs %.3g: %s",
            d.name(), d.cosine(), d.maxAbs(), same ? "successfully!" : "FAILED");
      }
    }
    return passed;
  }

  private static long size(Path model) {
    try {
      return Files.isRegularFile(model) ? Files.size(model) : 0;
    } catch (IOException e) {
      throw new FormatException(model + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private QuantizedModel quantize(Frontend frontend, CalibrationData data, QuantizationPlan plan) {
    if (data != null) {
      environment.print(BuildTables.quantConfig(data));
      data.doubts().forEach(environment.warn());
      if (data.size() == 1 && !plan.options().highestPrecision()) {
        environment
            .warn()
            .accept("there is one calibration sample; smoothing and biases are fitted to it alone");
      }
    }
    if (!config.quant().layerConfigs().isEmpty()) {
      environment.print(BuildTables.layerConfig(config.quant().layerConfigs()));
    }
    plan.notes().forEach(environment::print);
    environment.print("Transformer optimize level: " + config.quant().transformerOptLevel());
    List<Map<String, Tensor>> none = List.of();
    if (data != null) {
      environment.print(data.size() + " File(s) Loaded.");
    }
    QuantizedModel model;
    try (Phases phases = new Phases(data == null ? 0 : data.size())) {
      model =
          Quantizer.quantize(
              frontend.graph(),
              data == null || plan.options().highestPrecision() ? none : data,
              plan.options(),
              executor,
              phases);
    }
    environment.print(BuildTables.snapshot(model));
    if (!model.ladder().isEmpty()) {
      environment.print(BuildTables.ladder(model.ladder()));
    }
    OutputTree.write(tree.quant("quant_axmodel.json"), Scales.json(model));
    frontend.write(model.onnx(), tree.quant("quant_axmodel.onnx"));
    environment.print("save quantized onnx to [" + tree.quant("quant_axmodel.onnx") + "]");
    environment.print("Network Quantization Finished.");
    return model;
  }

  private Result backend(
      Frontend frontend,
      Groups groups,
      CalibrationData data,
      QuantizedModel model,
      boolean checked) {
    Evaluation evaluation = data == null ? null : new Evaluation(model, data, executor);
    boolean integers = model.sites().stream().anyMatch(s -> s.isQuantized());
    String precision = integers ? config.vitrine().precision().toString() : "F32";
    List<LayerPrecision> layers = List.of();
    if (evaluation != null && integers) {
      layers = analyse(model, data, evaluation);
    }
    Graph graph = model.graph().copy();
    if (config.vitrine().precision() == Precision.AUTO && integers) {
      Gain gain = Gain.of(graph, model.reference(), environment.options());
      environment.print(
          "int8: %s (%.1f ms, %.1f ms): %s",
          gain.text(),
          gain.bytes(),
          gain.floats(),
          gain.bytesAreFaster() ? "int8 is taken" : "float is taken");
      if (!gain.bytesAreFaster()) {
        graph = model.reference().copy();
        precision = "F32";
      }
    }
    BuiltSource source = source(groups, graph);
    if (config.debug().dumpFrontendGraph()) {
      OutputTree.write(tree.frontendDump(), source.built().toString());
    }
    Backend backend = new Backend(source, environment);
    backend.write(tree.compiled());
    boolean passed = checked;
    if (config.compiler().check() > 0) {
      passed &= check(backend, source, groups, data);
    }
    if (config.compiler().npuPerf()) {
      Map<String, Tensor> sample = groups.inputs(0).handedOver(source.built(), data);
      backend.trace(sample, tree.trace("trace.json"), tree.trace("op_profile.csv"));
    }
    List<OutputError> errors = evaluation == null ? List.of() : evaluation.errors();
    errors.forEach(e -> environment.print(e.toString()));
    Path report = null;
    if (config.vitrine().report()) {
      report = tree.report();
      OutputTree.write(
          report, Summary.page(config, source.info(), model, layers, evaluation, precision).html());
    }
    OutputTree.write(tree.context(), configuration.echo());
    environment.print("wrote " + tree.compiled());
    if (report != null) {
      environment.print("wrote " + report);
    }
    environment.print("fuse 1 subgraph(s)");
    return new Result(tree.compiled(), report, passed, errors, precision);
  }

  private boolean check(Backend backend, BuiltSource source, Groups groups, CalibrationData data) {
    String folder = config.compiler().inputSampleDir();
    boolean passed = true;
    for (int i = 0; i < source.graphs().size(); i++) {
      Graph one = source.graphs().get(i);
      List<Map<String, Tensor>> samples =
          folder.isEmpty()
              ? List.of(groups.inputs(i).handedOver(one, data))
              : groups.stated(i, one, environment.find(folder));
      for (Map<String, Tensor> sample : samples) {
        passed &= backend.check(config.compiler(), tree.compiled(), one, sample);
      }
    }
    return passed;
  }

  /** The built graph at all sizes, with what comes before and behind. */
  private BuiltSource source(Groups groups, Graph built) {
    List<Graph> graphs = new ArrayList<>();
    ModelInfo info = null;
    for (int i = 0; i < groups.all().size(); i++) {
      Graph graph = groups.graph(i, built);
      Inputs inputs = groups.inputs(i);
      Inputs.Attached attached = inputs.attach(graph);
      List<String> lines = new ArrayList<>(attached.lines());
      lines.addAll(new OutputTail(graph).attach(config.outputProcessors()));
      if (i == 0) {
        lines.forEach(environment::print);
        info = inputs.info(attached);
      } else {
        environment.print("extra input shape, index: %d, shape: %s", i, groups.all().get(i));
      }
      graphs.add(Frontend.patched(graph, config.quantOpProcessors()));
    }
    return new BuiltSource(info, graphs);
  }

  private List<LayerPrecision> analyse(
      QuantizedModel model, CalibrationData data, Evaluation evaluation) {
    AnalysisMethod method = config.quant().precisionAnalysisMethod();
    boolean perLayer = method == AnalysisMethod.PerLayer;
    String folder = config.quant().inputSampleDir();
    Iterable<Map<String, Tensor>> few =
        evaluation.few(folder.isEmpty() ? null : environment.find(folder));
    List<LayerPrecision> layers =
        PrecisionAnalysis.run(model, few, PrecisionAnalysis.Method.END_TO_END, executor);
    if (config.quant().precisionAnalysis()) {
      AnalysisMode mode = config.quant().precisionAnalysisMode();
      Options options = environment.options();
      Executor on =
          mode == AnalysisMode.Reference
              ? new EngineExecutor(options.tier(Tier.PORTABLE))
              : executor;
      List<LayerPrecision> asked =
          perLayer || mode == AnalysisMode.Reference
              ? PrecisionAnalysis.run(
                  model,
                  few,
                  perLayer
                      ? PrecisionAnalysis.Method.PER_LAYER
                      : PrecisionAnalysis.Method.END_TO_END,
                  on)
              : layers;
      String table = BuildTables.precision(asked, method.toString(), mode.toString());
      environment.print(table);
      OutputTree.write(tree.debug("precision_analysis_table.txt"), table + "\n");
      OutputTree.write(
          tree.debug("precision_analysis.mmd"), Flowchart.mermaid(model.graph(), asked));
    }
    evaluation.dump(tree, config.vitrine().debugSamples());
    return layers;
  }
}
