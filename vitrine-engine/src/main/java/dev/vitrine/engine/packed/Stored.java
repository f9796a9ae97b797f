package dev.vitrine.engine.packed;

import dev.vitrine.compiler.plan.Program;
import dev.vitrine.engine.kernel.Packing;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.graph.DType;
import java.util.List;

/** What the metadata of a {@code .vitrine} file holds. */
final class Stored {
  /**
   * What a file's layout is called. It is another one whenever the records written, the meaning of
   * a step or what a packing puts where change.
   */
  static final int LAYOUT = 6;

  /** Of all keys of a file that is not in the cache the first in alphabetical order. */
  static final String LAYOUT_KEY = "vitrine.layout";

  static final String LICENCE_KEY = "vitrine.licence";
  static final String MODEL_KEY = "vitrine.model";
  static final String PROGRAM_KEY = "vitrine.program.";
  static final String STATE_KEY = "vitrine.cache.state";
  static final String USE_KEY = "vitrine.cache.use";

  private Stored() {}

  /**
   * A model.
   *
   * @param inputs as the model itself has them; so {@code outputs} and {@code defaultOutputs}
   * @param plans in the order of their programs
   */
  record Description(
      ModelInfo info,
      List<ModelInput> inputs,
      List<String> outputs,
      List<String> defaultOutputs,
      List<Plan> plans) {
    Description {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      defaultOutputs = List.copyOf(defaultOutputs);
      plans = List.copyOf(plans);
    }
  }

  /**
   * What a program is for.
   *
   * @param tier whose kernels the constants are packed for
   * @param inputs with static shapes
   */
  record Plan(String tier, List<ModelInput> inputs, List<String> outputs) {
    Plan {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** A program whose constants are tensors of the file. */
  record Body(
      List<Program.Port> inputs,
      List<Program.Port> outputs,
      List<Memory> buffers,
      List<Program.Task> steps,
      long arenaBytes,
      List<Packed> packed) {}

  /**
   * A buffer.
   *
   * @param dtype of a constant; null for a part of the arena
   * @param sizes of a constant; null for a part of the arena
   * @param tensor that a constant is; null where it is only there packed. It may be f16 where the
   *     constant is f32
   */
  record Memory(
      String name, long bytes, long offset, DType dtype, List<Long> sizes, String tensor) {}

  /** A constant in a packing. */
  record Packed(Packing packing, String tensor) {}
}
