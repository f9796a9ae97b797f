package dev.vitrine.engine.packed;

import dev.vitrine.compiler.edit.StoreWeights;
import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.engine.kernel.Constants;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a {@code .vitrine} file. Programs that have constants in common share them. Same content
 * gives the same bytes.
 */
public final class PackedWriter {
  private final ModelSource source;
  private final List<Stored.Plan> plans = new ArrayList<>();
  private final List<Stored.Body> bodies = new ArrayList<>();
  private final Map<String, String> key = new TreeMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Codec codec = new Codec(t -> keep("attribute", t), _ -> null);

  /**
   * @param source the model, for what is known of it
   */
  public PackedWriter(ModelSource source) {
    this.source = source;
  }

  /**
   * Adds a program.
   *
   * @param tier that it was bound for
   * @param constants after binding; what they hold must last until the file is written
   */
  public void add(Program program, String tier, Constants constants) {
    List<ModelInput> in =
        program.inputs().stream().map(p -> new ModelInput(p.name(), p.type(), 1)).toList();
    plans.add(
        new Stored.Plan(tier, in, program.outputs().stream().map(Program.Port::name).toList()));
    List<Stored.Packed> packed = new ArrayList<>();
    constants
        .packed()
        .forEach(
            (packing, memory) -> {
              String name = program.buffers().get(packing.view().buffer()).name();
              Tensor t = Tensor.of(packing.dtype(), packing.shape(), memory);
              packed.add(new Stored.Packed(packing, keep(name + ".packed", t)));
            });
    List<Stored.Memory> buffers = new ArrayList<>();
    for (int i = 0; i < program.buffers().size(); i++) {
      Buffer b = program.buffers().get(i);
      buffers.add(b.isConstant() ? constant(b, i, program, constants) : part(b));
    }
    bodies.add(
        new Stored.Body(
            program.inputs(),
            program.outputs(),
            buffers,
            program.steps(),
            program.arenaBytes(),
            packed));
  }

  private static Stored.Memory part(Buffer b) {
    return new Stored.Memory(b.name(), b.bytes(), b.offset(), null, null, null);
  }

  private Stored.Memory constant(Buffer b, int index, Program program, Constants constants) {
    Tensor t = b.constant();
    boolean whole =
        constants.packed().keySet().stream()
            .anyMatch(p -> p.view().buffer() == index && p.isWhole(t.count()));
    boolean given = program.outputs().stream().anyMatch(p -> p.view().buffer() == index);
    String name = whole && !given && !constants.isRead(index) ? null : keep(b.name(), small(t));
    return new Stored.Memory(
        b.name(),
        b.bytes(),
        -1,
        t.dtype(),
        Arrays.stream(t.shape().sizes()).boxed().toList(),
        name);
  }

  /** A file to hand on holds halves where they lose nothing; the cache is for quick starts. */
  private Tensor small(Tensor t) {
    Tensor half = key.isEmpty() ? StoreWeights.exact(t) : null;
    return half == null ? t : half;
  }

  /** Keeps a tensor, if its like isn't there already, and gives its name. */
  private String keep(String name, Tensor t) {
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      if (e.getValue().sameAs(t)) {
        return e.getKey();
      }
    }
    // The number puts them into the order of their use.
    String unique = "%05d.%s".formatted(tensors.size(), name);
    tensors.put(unique, t);
    return unique;
  }

  /** Notes what the file is for, in the cache; before any program is added. */
  PackedWriter keyed(String state, String use) {
    key.put(Stored.STATE_KEY, state);
    key.put(Stored.USE_KEY, use);
    return this;
  }

  /** The bytes of all tensors. */
  long bytes() {
    return tensors.values().stream().mapToLong(t -> t.data().byteSize()).sum();
  }

  /**
   * Writes the file.
   *
   * @throws FormatException when it can't be written
   */
  public void write(Path path) {
    Map<String, String> metadata = new TreeMap<>(key);
    metadata.put(Stored.LAYOUT_KEY, Integer.toString(Stored.LAYOUT));
    ModelInfo info = source.info();
    Stored.Description all =
        new Stored.Description(
            info, source.inputs(), source.outputs(), source.defaultOutputs(), plans);
    metadata.put(Stored.MODEL_KEY, Json.compact(codec.write(Stored.Description.class, all)));
    for (int i = 0; i < bodies.size(); i++) {
      metadata.put(
          Stored.PROGRAM_KEY + i, Json.compact(codec.write(Stored.Body.class, bodies.get(i))));
    }
    if (!info.licence().isEmpty()) {
      metadata.put(Stored.LICENCE_KEY, info.licence());
    }
    Safetensors.writeAligned(path, tensors, metadata, Program.ALIGNMENT);
  }
}
