package dev.vitrine.build.config;

import java.util.List;

/**
 * How the model is quantized.
 *
 * @param inputConfigs calibration data by input
 * @param layerConfigs precisions of parts of the model
 * @param precisionAnalysis compare layer by layer with the float model
 * @param highestMixPrecision everything in the highest precision, which is float here
 * @param smoothQuantThreshold in 0…1, the larger the more sites take part
 * @param smoothQuantStrength in 0…1
 * @param transformerOptLevel 0 to 2
 */
public record QuantConfig(
    @Setting List<InputConfig> inputConfigs,
    @Setting List<LayerConfig> layerConfigs,
    @Setting(help = "how ranges are found: MinMax, Percentile, MSE or KL") Method calibrationMethod,
    @Setting(help = "compare each layer with the float model") boolean precisionAnalysis,
    @Setting(help = "PerLayer: each layer on float inputs; EndToEnd: errors add up")
        AnalysisMethod precisionAnalysisMethod,
    @Setting(help = "Reference: plain Java; NPUBackend: the compiled program")
        AnalysisMode precisionAnalysisMode,
    @Setting(help = "all in the highest precision, which is float here")
        boolean highestMixPrecision,
    @Setting(value = "S32", ignored = true) String convBiasDataType,
    @Setting(value = "1e-6", ignored = true) double refineWeightThreshold,
    @Setting(help = "smooth outlier channels of activations") boolean enableSmoothQuant,
    @Setting(value = "0.2", help = "the larger the more sites are smoothed, 0 to 1")
        double smoothQuantThreshold,
    @Setting(value = "0.6", help = "how much of the range moves to the weights, 0 to 1")
        double smoothQuantStrength,
    @Setting(help = "1: smoothing behind attention too, 2: attention on bytes as well")
        int transformerOptLevel,
    @Setting(help = "folder of the model's inputs that layers are compared on")
        String inputSampleDir,
    @Setting(value = "FP32", ignored = true) String lnScaleDataType,
    @Setting(ignored = true) int check,
    @Setting(ignored = true) boolean disableAutoRefineScale,
    @Setting(ignored = true) boolean enableEasyQuant,
    @Setting(ignored = true) boolean disableQuantOptimization,
    @Setting(ignored = true) boolean enableBrecq,
    @Setting(ignored = true) boolean enableLsq,
    @Setting(ignored = true) boolean enableAdaround,
    @Setting(value = "500", ignored = true) int finetuneEpochs,
    @Setting(value = "4", ignored = true) int blockSize,
    @Setting(value = "1", ignored = true) int batchSize,
    @Setting(value = "1e-3", ignored = true) double lr,
    @Setting(value = "cpu", ignored = true) String device) {

  /** How a range is chosen from what was seen. */
  public enum Method {
    MinMax,
    Percentile,
    MSE,
    KL
  }

  /** What a layer is fed while it is compared. */
  public enum AnalysisMethod {
    PerLayer,
    EndToEnd
  }

  /** What runs the quantized model while it is compared. */
  public enum AnalysisMode {
    Reference,
    NPUBackend
  }

  /** What files of calibration data hold. */
  public enum Format {
    /** Pictures. */
    Image,
    /** A {@code .npy} file a sample, as the model takes it. */
    Numpy,
    /** Raw elements, as the model takes them. */
    Binary,
    /** A {@code .npy} file with a pickled dictionary of all inputs. */
    NumpyObject
  }

  /**
   * Calibration data of an input.
   *
   * @param tensorName the input, or DEFAULT for all
   * @param calibrationDataset an archive or a folder
   * @param calibrationSize how many samples at most; −1 for all
   * @param calibrationMean of pixels 0…255, in the order of the tensor's channels
   * @param calibrationStd of pixels 0…255
   */
  public record InputConfig(
      @Setting String tensorName,
      @Setting String calibrationDataset,
      @Setting Format calibrationFormat,
      @Setting(value = "32") int calibrationSize,
      @Setting List<Double> calibrationMean,
      @Setting List<Double> calibrationStd) {}

  /**
   * The precision of a part of the model, chosen in one way: by name, by operation, or as what lies
   * between tensors.
   */
  public record LayerConfig(
      @Setting String layerName,
      @Setting List<String> layerNames,
      @Setting String opType,
      @Setting List<String> opTypes,
      @Setting List<String> startTensorNames,
      @Setting List<String> endTensorNames,
      @Setting DataType dataType,
      @Setting DataType outputDataType,
      @Setting DataType weightDataType) {}
}
