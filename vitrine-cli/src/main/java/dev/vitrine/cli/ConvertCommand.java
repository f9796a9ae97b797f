package dev.vitrine.cli;

import dev.vitrine.compiler.edit.StoreWeights;
import dev.vitrine.compiler.simplify.Simplifier;
import dev.vitrine.compiler.simplify.SpellOut;
import dev.vitrine.engine.Model;
import dev.vitrine.engine.Options;
import dev.vitrine.engine.Tier;
import dev.vitrine.engine.packed.PackedModel;
import dev.vitrine.formats.Converter;
import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.family.Naming;
import dev.vitrine.formats.onnx.OnnxMetadata;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    description = {
      "Writes a checkpoint as ONNX (for one size) or as safetensors (with config.json); or any model"
          + " as a .vitrine file, ready to run at some sizes, which opens in a moment."
    })
final class ConvertCommand implements Callable<Integer> {
  /** Weights on the command line. */
  enum Weights {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16);

    private final DType dtype;

    Weights(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Parameters(index = "0", paramLabel = "IN", description = "A checkpoint, a folder or a name.")
  String in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "NAME.onnx, NAME.safetensors, NAME.vitrine, or a folder.")
  Path result;

  @Option(
      names = {"--weights", "--dtype"},
      paramLabel = "TYPE",
      description =
          "Element type of the weights: f32, f16, bf16 (default: as it is in safetensors, f32 in"
              + " ONNX, which computes in f32 all the same).")
  Weights dtype;

  @Option(
      names = "--naming",
      paramLabel = "NAMING",
      defaultValue = "hub",
      description =
          "Tensor names in safetensors: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Naming naming;

  @Option(
      names = {"-g", "--size"},
      paramLabel = "HxW",
      split = ",",
      converter = SizeConverter.class,
      description =
          "The ONNX model's input size, or the sizes that a .vitrine file is for (default: the one"
              + " that the model was trained at).")
  List<Size> sizes = List.of();

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      converter = RunOptions.TierConverter.class,
      description =
          "Whose kernels a .vitrine file's weights are packed for; other tiers can use the file but"
              + " pack again (default: this machine's best).")
  Tier tier;

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs of an ONNX model or .vitrine file (default: the model's own).")
  List<String> outputs = List.of();

  @Option(
      names = "--opset",
      defaultValue = "20",
      paramLabel = "N",
      description = "The ONNX model's opset (default: ${DEFAULT-VALUE}).")
  int opset;

  @Mixin Output out;

  @Override
  public Integer call() {
    if (PackedModel.isNamedSo(result)) {
      pack();
      out.line("wrote " + result);
      return 0;
    }
    if (tier != null || sizes.size() > 1) {
      throw new VitrineException("--tier and several sizes are for .vitrine files; leave them out");
    }
    try (ModelSource source = ModelFiles.open(Models.locate(in))) {
      if (result.toString().endsWith(".onnx")) {
        writeOnnx(source);
      } else {
        DType type = dtype == null ? source.info().weights() : dtype.dtype;
        Converter.toSafetensors(source, result, type, naming);
      }
    }
    out.line("wrote " + result);
    return 0;
  }

  private Size size() {
    return sizes.isEmpty() ? null : sizes.getFirst();
  }

  private void pack() {
    if (dtype != null) {
      throw new VitrineException("--weights: .vitrine files hold what kernels want; leave it out");
    }
    try (Model model = Model.open(Models.locate(in))) {
      List<Map<String, Shape>> shapes = new ArrayList<>();
      for (Size size : sizes.isEmpty() ? Collections.<Size>singletonList(null) : sizes) {
        Map<String, Shape> one = new LinkedHashMap<>();
        for (ModelInput input : model.inputs()) {
          one.put(input.name(), ModelInputs.shape(model.info(), input, size));
        }
        shapes.add(one);
      }
      Options options =
          Options.defaults()
              .tier(tier == null ? Tier.AUTO : tier)
              .outputs(outputs)
              .warnings(line -> out.err().println("vitrine: warning: " + line));
      model.pack(result, shapes, options);
    }
  }

  private void writeOnnx(ModelSource source) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (ModelInput input : source.inputs()) {
      Dim batch = input.type().shape().dim(0);
      shapes.put(input.name(), ModelInputs.shape(source.info(), input, size()).with(0, batch));
    }
    Graph graph = source.graph(shapes, outputs);
    Simplifier.simplify(graph, Simplifier.Options.defaults());
    SpellOut.forOpset(graph, opset);
    StoreWeights.as(dtype == null ? DType.F32 : dtype.dtype, graph);
    OnnxWriter.write(result, graph, opset, OnnxMetadata.of(source.info()));
  }
}
