package dev.vitrine.engine.packed;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.ProgramVerifier;
import dev.vitrine.engine.kernel.Packing;
import dev.vitrine.engine.kernel.Prepared;
import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A {@code .vitrine} file, mapped: programs for some sizes, with constants that kernels use where
 * they are. The file must not be written to while it is open; to replace it put another in its
 * place, as Vitrine itself does. Safe for several threads.
 */
public final class PackedModel implements ModelSource {
  private static final String ENDING = ".vitrine";
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Checkpoint file;
  private final Stored.Description model;
  private final List<Stored.Body> bodies = new ArrayList<>();

  // The model itself and what was prepared for sessions.
  private int users = 1;
  private boolean closed;

  private PackedModel(Checkpoint file, Stored.Description model) {
    this.file = file;
    this.model = model;
    model.plans().forEach(_ -> bodies.add(null));
  }

  /** Whether a file is one by its name. */
  public static boolean isNamedSo(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  /** Whether a file is one of those by its name, or by its first bytes whatever its name. */
  public static boolean isOne(Path path) {
    return isNamedSo(path) || (Files.isRegularFile(path) && beginsSo(path));
  }

  private static boolean beginsSo(Path path) {
    byte[] key = ("{\"__metadata__\":{\"" + Stored.LAYOUT_KEY).getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = Files.newInputStream(path)) {
      in.readNBytes(Long.BYTES);
      return Arrays.equals(in.readNBytes(key.length), key);
    } catch (IOException e) {
      // What opens it says why it can't be read.
      return false;
    }
  }

  /**
   * Opens a file.
   *
   * @throws FormatException when it is damaged, or packed for another layout
   */
  public static PackedModel open(Path path) {
    Checkpoint file = Safetensors.read(path);
    try {
      String layout = file.metadata().get(Stored.LAYOUT_KEY);
      if (layout == null) {
        throw file.fault("is a safetensors file without programs; make one with vitrine convert");
      }
      if (!layout.equals(Integer.toString(Stored.LAYOUT))) {
        throw file.fault(
            "is packed in layout %s, and this Vitrine reads layout %d; make it again with: vitrine convert MODEL %s"
                .formatted(layout, Stored.LAYOUT, path.getFileName()));
      }
      return new PackedModel(file, description(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Whether the cache made it for that.
   *
   * @param use null for any
   */
  boolean isFor(String state, String use) {
    return state.equals(file.metadata().get(Stored.STATE_KEY))
        && (use == null || use.equals(file.metadata().get(Stored.USE_KEY)));
  }

  private static Stored.Description description(Checkpoint file) {
    return trusting(
        file,
        () -> {
          Stored.Description d =
              (Stored.Description)
                  new Codec().read(Stored.Description.class, json(file, Stored.MODEL_KEY));
          ModelInfo i = d.info();
          boolean whole =
              i.name() != null
                  && i.family() != null
                  && i.architecture() != null
                  && i.task() != null
                  && i.weights() != null
                  && i.licence() != null
                  && i.labels() != null
                  && !d.plans().isEmpty();
          for (Stored.Plan p : d.plans()) {
            whole &= p.tier() != null && p.inputs().stream().allMatch(in -> in.type().isStatic());
            p.inputs().forEach(in -> find(d.inputs(), in.name()).type().shape());
          }
          if (!whole) {
            throw new FormatException("its description has gaps");
          }
          return d;
        });
  }

  /** What reads untrusted values meets them as errors of many kinds: all mean a damaged file. */
  private static <T> T trusting(Checkpoint file, Supplier<T> read) {
    try {
      return read.get();
    } catch (VitrineException
        | IllegalArgumentException
        | ArithmeticException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException
        | java.util.NoSuchElementException e) {
      String reason = e instanceof VitrineException ? " (" + e.getMessage() + ")" : "";
      throw new FormatException(
          file.path() + ": is damaged" + reason + "; make it again with vitrine convert", e);
    }
  }

  private static Object json(Checkpoint file, String key) {
    String text = file.metadata().get(key);
    if (text == null) {
      throw new FormatException("it lacks " + key);
    }
    return Json.parse(text, key).plain();
  }

  private static ModelInput find(List<ModelInput> inputs, String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst().orElseThrow();
  }

  Stored.Description description() {
    return model;
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  /** The inputs, with names for the dimensions in which the programs differ. */
  @Override
  public List<ModelInput> inputs() {
    List<ModelInput> out = new ArrayList<>();
    for (ModelInput first : model.plans().getFirst().inputs()) {
      ModelInput own = find(model.inputs(), first.name());
      List<Dim> dims = new ArrayList<>();
      for (int axis = 0; axis < first.type().shape().rank(); axis++) {
        Dim d = first.type().shape().dim(axis);
        int at = axis;
        boolean all =
            model.plans().stream()
                .map(p -> find(p.inputs(), first.name()).type().shape())
                .allMatch(s -> at < s.rank() && s.dim(at).equals(d));
        dims.add(all ? d : own.type().shape().dim(axis));
      }
      out.add(new ModelInput(first.name(), own.type().with(new Shape(dims)), own.multiple()));
    }
    return out;
  }

  @Override
  public List<String> outputs() {
    Set<String> all = new LinkedHashSet<>();
    model.plans().forEach(p -> all.addAll(p.outputs()));
    return List.copyOf(all);
  }

  @Override
  public List<String> defaultOutputs() {
    return model.plans().getFirst().outputs();
  }

  /** Such as {@code avx512: input [1, 3, 518, 518] → cls, patch}, for each program. */
  public List<String> plans() {
    return model.plans().stream()
        .map(p -> p.tier() + ": " + text(p) + " → " + String.join(", ", p.outputs()))
        .toList();
  }

  private static String text(Stored.Plan plan) {
    return plan.inputs().stream()
        .map(i -> i.name() + " " + i.type().shape())
        .collect(Collectors.joining(", "));
  }

  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    throw new VitrineException(
        file.path() + ": holds programs, no graph; name the model that it was made from");
  }

  /**
   * A program, and its constants, which keep the file open until they are closed.
   *
   * @param tier that the constants are packed for; others have to pack them again
   */
  public record Ready(Program program, String tier, Prepared prepared) {}

  /**
   * The program for inputs of those shapes.
   *
   * @param shapes by input name; where one is left out any will do
   * @param outputs wanted, in order; empty for all that the program gives
   * @throws VitrineException when there is none
   */
  public Ready ready(Map<String, Shape> shapes, List<String> outputs) {
    for (int i = 0; i < model.plans().size(); i++) {
      Stored.Plan plan = model.plans().get(i);
      if (fits(plan, shapes) && plan.outputs().containsAll(outputs)) {
        return ready(i, outputs);
      }
    }
    String wanted =
        shapes.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
    throw new VitrineException(
        "%s: is packed for %s, not for %s%s; take one of these, or convert the model again for that"
            .formatted(
                file.path(),
                model.plans().stream()
                    .map(p -> text(p) + " → " + String.join(", ", p.outputs()))
                    .collect(Collectors.joining("; ")),
                wanted,
                outputs.isEmpty() ? "" : " → " + String.join(", ", outputs)));
  }

  /** Whether there is a program for inputs of those shapes. */
  public boolean has(Map<String, Shape> shapes) {
    return model.plans().stream().anyMatch(p -> fits(p, shapes));
  }

  /**
   * The largest batch of at most that many which there is a program for, in place of theirs; or 0.
   */
  public long largestBatch(Map<String, Shape> shapes, long most) {
    long out = 0;
    for (Stored.Plan p : model.plans()) {
      Shape first = p.inputs().getFirst().type().shape();
      long n = first.rank() == 0 ? 0 : first.size(0);
      Map<String, Shape> batch = new HashMap<>();
      shapes.forEach((name, s) -> batch.put(name, s.with(0, Dim.of(n))));
      if (n > out && n <= most && fits(p, batch)) {
        out = n;
      }
    }
    return out;
  }

  private static boolean fits(Stored.Plan plan, Map<String, Shape> shapes) {
    return shapes.entrySet().stream()
        .allMatch(
            e ->
                plan.inputs().stream()
                    .anyMatch(
                        i -> i.name().equals(e.getKey()) && i.type().shape().equals(e.getValue())));
  }

  private synchronized Ready ready(int index, List<String> outputs) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    if (bodies.get(index) == null) {
      bodies.set(index, trusting(file, () -> body(index)));
    }
    Stored.Body body = bodies.get(index);
    Ready ready = trusting(file, () -> ready(index, body, outputs));
    users++;
    return ready;
  }

  private Stored.Body body(int index) {
    Codec codec = new Codec(_ -> null, file.tensors()::get);
    return (Stored.Body) codec.read(Stored.Body.class, json(file, Stored.PROGRAM_KEY + index));
  }

  private Ready ready(int index, Stored.Body body, List<String> outputs) {
    Map<Packing, MemorySegment> packed = new HashMap<>();
    List<Buffer> buffers = new ArrayList<>();
    for (Stored.Memory m : body.buffers()) {
      buffers.add(
          m.dtype() == null
              ? Buffer.part(m.name(), m.bytes(), m.offset())
              : new Buffer(m.name(), m.bytes(), -1, constant(m, buffers.size(), body)));
    }
    List<Program.Port> ports =
        outputs.isEmpty()
            ? body.outputs()
            : outputs.stream().map(name -> port(body.outputs(), name)).toList();
    Program program = new Program(body.inputs(), ports, buffers, body.steps(), body.arenaBytes());
    ProgramVerifier.check(program);
    for (Stored.Packed p : body.packed()) {
      ProgramVerifier.check(program, p.packing().view());
      MemorySegment data = tensor(p.tensor()).data();
      if (!program.buffers().get(p.packing().view().buffer()).isConstant()
          || data.byteSize() != p.packing().bytes()) {
        throw new FormatException("tensor '" + p.tensor() + "' is not what it is said to be");
      }
      if (data.address() % Program.ALIGNMENT == 0) {
        packed.put(p.packing(), data);
      }
    }
    return new Ready(program, model.plans().get(index).tier(), new Mapped(packed));
  }

  private static Program.Port port(List<Program.Port> ports, String name) {
    return ports.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private Tensor tensor(String name) {
    Tensor t = file.tensors().get(name);
    if (t == null) {
      throw new FormatException("there is no tensor '" + name + "'");
    }
    return t;
  }

  /** A constant that is there as it is, or made from a packing when it is asked for. */
  private Supplier<Tensor> constant(Stored.Memory m, int buffer, Stored.Body body) {
    Shape shape = Shape.of(m.sizes().stream().mapToLong(Long::longValue).toArray());
    TensorType type = new TensorType(m.dtype(), shape);
    if (type.bytes() != m.bytes()) {
      throw new FormatException("buffer " + buffer + " has another size than its tensor");
    }
    if (m.tensor() != null) {
      Tensor t = tensor(m.tensor());
      if (type.dtype() == DType.F32 && t.type().equals(type.with(DType.F16))) {
        return once(() -> widen(t));
      }
      if (!t.type().equals(type)) {
        throw new FormatException("tensor '" + m.tensor() + "' is not " + type);
      }
      return () -> t;
    }
    for (Stored.Packed p : body.packed()) {
      Packing packing = p.packing();
      if (packing.view().buffer() == buffer
          && packing.view().dtype() == m.dtype()
          && packing.isWhole(shape.count())
          && packing.bytes() == tensor(p.tensor()).data().byteSize()) {
        Tensor packed = tensor(p.tensor());
        return once(() -> unpacked(packing, packed, type));
      }
    }
    throw new FormatException("the constant '" + m.name() + "' is nowhere");
  }

  private static Tensor widen(Tensor halves) {
    short[] from = halves.data().toArray(HALF);
    float[] wide = new float[from.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = Float.float16ToFloat(from[i]);
    }
    return Tensor.of(DType.F32, halves.shape(), MemorySegment.ofArray(wide));
  }

  private static Tensor unpacked(Packing packing, Tensor packed, TensorType type) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, type.bytes()), 64);
    Tensor out = Tensor.of(type.dtype(), type.shape(), memory.asSlice(0, type.bytes()));
    packing.unpack(packed.data(), out);
    return out;
  }

  /** A tensor that is made when it is first asked for. */
  private static Supplier<Tensor> once(Supplier<Tensor> make) {
    return new Supplier<>() {
      private Tensor made;

      @Override
      public synchronized Tensor get() {
        if (made == null) {
          made = make.get();
        }
        return made;
      }
    };
  }

  private synchronized void leave() {
    if (--users == 0) {
      file.close();
    }
  }

  /** The file stays open for sessions that were made from it. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    leave();
  }

  private final class Mapped implements Prepared {
    private final Map<Packing, MemorySegment> packed;
    private boolean left;

    Mapped(Map<Packing, MemorySegment> packed) {
      this.packed = packed;
    }

    @Override
    public MemorySegment find(Packing packing) {
      return packed.get(packing);
    }

    @Override
    public boolean isLasting() {
      return true;
    }

    @Override
    public synchronized void close() {
      if (!left) {
        left = true;
        leave();
      }
    }
  }
}
