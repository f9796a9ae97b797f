package dev.vitrine.build.config;

import java.util.List;
import java.util.Map;

/**
 * What a build is told. Every field is there, with its default where nothing was said.
 *
 * @param input the model's file
 * @param outputDir where everything is written
 * @param workDir where intermediate files go; empty: the output folder
 * @param inputShapes shapes of the model's inputs, {@code name:1x3x224x224;name2:…}, in force
 *     before all else
 */
public record BuildConfig(
    @Setting(help = "the model: ONNX, a checkpoint, a folder") String input,
    @Setting(help = "the folder that everything is written to") String outputDir,
    @Setting(value = "compiled.axmodel", help = "the compiled model's name in that folder")
        String outputName,
    @Setting(help = "the folder for intermediate files (default: the output folder)")
        String workDir,
    @Setting(help = "what the input is: ONNX, QuantONNX or QuantAxModel") ModelType modelType,
    @Setting(value = "AX650", ignored = true) String targetHardware,
    @Setting(value = "NPU1", ignored = true) String npuMode,
    @Setting(help = "shapes of inputs, name:1x3x224x224;name2:…") String inputShapes,
    @Setting OnnxOptimization onnxOpt,
    @Setting QuantConfig quant,
    @Setting List<InputProcessor> inputProcessors,
    @Setting List<OutputProcessor> outputProcessors,
    @Setting List<ConstProcessor> constProcessors,
    @Setting List<OpProcessor> opProcessors,
    @Setting List<OpProcessor> quantOpProcessors,
    @Setting CompilerConfig compiler,
    @Setting DebugConfig debug,
    @Setting VitrineConfig vitrine) {

  /** What a model's file holds. */
  public enum ModelType {
    /** A float model. */
    ONNX,
    /** The vendor's own quantized form, which only the vendor's tools read. */
    QuantAxModel,
    /** A model with QuantizeLinear and DequantizeLinear. */
    QuantONNX
  }

  /**
   * How the float graph is simplified.
   *
   * @param disableOnnxOptimization leave it as it is
   * @param modelCheck compare the simplified graph with the original
   */
  public record OnnxOptimization(
      @Setting(help = "leave the float graph as it is") boolean disableOnnxOptimization,
      @Setting(help = "simplify first; it is always done") boolean enableOnnxsim,
      @Setting(help = "compare the simplified graph with the original") boolean modelCheck,
      @Setting(ignored = true) boolean disableTransformationCheck,
      @Setting(ignored = true) boolean saveTensorsData) {}

  /**
   * What is done to an output.
   *
   * @param tensorName or DEFAULT for all
   * @param dstPerm the order of its axes; empty: as they are
   * @param outputDtype FP32, or U8 for what was floating
   */
  public record OutputProcessor(
      @Setting String tensorName,
      @Setting List<Integer> dstPerm,
      @Setting(value = "FP32") DataType outputDtype,
      @Setting(ignored = true) String tensorLayout) {}

  /**
   * Other values for a constant.
   *
   * @param name of the constant
   * @param data its elements; or
   * @param dataPath a file of them, .npy, .bin or .txt
   */
  public record ConstProcessor(
      @Setting String name, @Setting List<Double> data, @Setting String dataPath) {}

  /**
   * Other attributes for an operation.
   *
   * @param opName its node's name, or that of an output
   */
  public record OpProcessor(@Setting String opName, @Setting Map<String, Object> attrs) {}

  /** What is written for people who look for a fault. */
  public record DebugConfig(
      @Setting(help = "write the graph after the processors are in it")
          boolean dumpFrontendGraph) {}

  /**
   * What only Vitrine has.
   *
   * @param precision of the compiled model
   * @param activations where their ranges come from
   * @param targetCosine the end-to-end cosine to hold, by returning steps to float; 0: none
   * @param noSwap leave channels in the order they come, as the vendor's runtime does
   * @param report the page with pictures and plots
   */
  public record VitrineConfig(
      @Setting(help = "int8, w8a8, w7a7, f32 or auto, the faster of both here") Precision precision,
      @Setting(help = "Rows: ranges row by row while running; Static: by calibration_method")
          Activations activations,
      @Setting(help = "return the most sensitive steps to float until this cosine holds")
          double targetCosine,
      @Setting(help = "don't swap red and blue where src_format and tensor_format differ")
          boolean noSwap,
      @Setting(value = "true", help = "write report.html") boolean report,
      @Setting(help = "write the debug tensors of this many samples") int debugSamples) {}

  /** Where ranges of activations come from. */
  public enum Activations {
    /** Each row's own, while running. */
    Rows,
    /** One for a tensor, by the calibration method. */
    Static
  }

  /** How the compiled model computes. */
  public enum Precision {
    /** 8 bits, in the grade that is fast on this machine. */
    INT8,
    W8A8,
    W7A7,
    F32,
    /** The faster of int8 and float on this machine. */
    AUTO
  }
}
