package dev.vitrine.build.config;

import java.util.List;
import java.util.Map;

/**
 * How the program is made and checked.
 *
 * @param staticBatchSizes pictures that one run may take
 * @param maxDynamicBatchSize as static sizes of all powers of two up to that
 * @param check 0: not; 1: within tolerances of the graph's own evaluation; 2: equal to it; 3: by
 *     cosine
 * @param checkRtol relative tolerance of check 1
 * @param checkAtol absolute tolerance of check 1
 * @param checkCosine the least cosine of check 3
 * @param checkTensorBlackList regular expressions of tensors that aren't checked
 * @param npuPerf write a trace of a run's steps
 */
public record CompilerConfig(
    @Setting(help = "batches that are compiled, such as 1 2 4") List<Integer> staticBatchSizes,
    @Setting(help = "compile batches of 1, 2, 4 … up to this") int maxDynamicBatchSize,
    @Setting(ignored = true) boolean disableIrFix,
    @Setting(ignored = true) double ddrBwLimit,
    @Setting(help = "0 none, 1 within tolerances, 2 equal, 3 by cosine") int check,
    @Setting(help = "CheckOutput or CheckPerLayer") CheckMode checkMode,
    @Setting(value = "1e-5", help = "relative tolerance of check 1") double checkRtol,
    @Setting(help = "absolute tolerance of check 1") double checkAtol,
    @Setting(value = "0.999", name = "check_cosine_simularity", help = "least cosine of check 3")
        double checkCosine,
    @Setting(help = "regular expressions of tensors that aren't checked")
        List<String> checkTensorBlackList,
    @Setting(help = "folder of what is handed over to the compiled model, to check it on")
        String inputSampleDir,
    @Setting(help = "write a trace of a run's steps") boolean npuPerf,
    @Setting(ignored = true) boolean enableSliceMode,
    @Setting(ignored = true) boolean enableTileMode,
    @Setting(ignored = true) boolean enableDataSoftCompression,
    @Setting(ignored = true) List<Map<String, Object>> compilerGroupPatterns,
    @Setting(ignored = true) List<Map<String, Object>> subConfigs) {

  /** What is checked. */
  public enum CheckMode {
    CheckOutput,
    CheckPerLayer
  }
}
