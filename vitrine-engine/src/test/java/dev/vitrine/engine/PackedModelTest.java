package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.Json;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.formats.safetensors.Safetensors;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.graph.op.Add;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of programs: written, read, and damaged in every way. */
class PackedModelTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata", "tiny");
  private static final int TRIALS = Integer.getInteger("vitrine.trials", 40);
  private static final Shape SMALL = Shape.of(1, 3, 56, 56);

  @TempDir Path folder;

  private static Options options(Tier tier) {
    return Options.defaults().threads(2).tier(tier).warnings(_ -> {});
  }

  private Path pack(String family, Tier tier, Shape... shapes) {
    return pack(family, options(tier), shapes);
  }

  private Path pack(String family, Options options, Shape... shapes) {
    String name = family + "." + options.tier().text() + shapes.length + ".vitrine";
    Path file = folder.resolve(name);
    try (Model model = Model.open(TINY.resolve(family).resolve("model.safetensors"))) {
      model.pack(file, Arrays.stream(shapes).map(s -> Map.of("input", s)).toList(), options);
    }
    return file;
  }

  private static Tensor picture(Shape shape, long seed) {
    Random random = new Random(seed);
    Tensor t = Tensor.zeros(DType.F32, shape);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    return t;
  }

  @ParameterizedTest
  @CsvSource({
    "dinov2,auto,auto,f32",
    "dinov2,auto,auto,int8",
    "dinov2,avx2,avx2,int8",
    "dinov2,auto,avx2,f32",
    "dinov2,auto,portable,f32",
    "dinov2,avx2,auto,f32",
    "dinov2,portable,auto,f32",
    "dinov2_swiglu,auto,auto,f32",
    "segformer,auto,auto,f32",
    "segformer,auto,portable,f32",
    "segformer,portable,avx2,f32",
    "swin,auto,auto,f32",
    "swin,auto,avx2,f32",
    "swin,avx2,portable,f32"
  })
  void givesTheBitsOfTheModelItself(String family, String packed, String run, String precision) {
    Shape size = family.startsWith("dino") ? SMALL : Shape.of(1, 3, 64, 64);
    Tensor x = picture(size, 3);
    List<String> warnings = new ArrayList<>();
    Options options =
        options(Tier.parse(run)).precision(Precision.parse(precision)).warnings(warnings::add);
    Path file = pack(family, options.tier(Tier.parse(packed)), size);
    try (Model own = Model.open(TINY.resolve(family).resolve("model.safetensors"));
        Model again = Model.open(file);
        Session expected = own.session(size, options);
        Session actual = again.session(size, options)) {
      assertThat(again.info()).isEqualTo(own.info());
      assertThat(actual.kernels()).isEqualTo(expected.kernels());
      assertThat(actual.program().steps()).isEqualTo(expected.program().steps());
      Map<String, Tensor> outputs = actual.run(Map.of("input", x));
      expected
          .run(Map.of("input", x))
          .forEach((name, t) -> assertThat(outputs.get(name).sameAs(t)).as(name).isTrue());
    }
    // What the file holds for this tier is used as it is.
    assertThat(warnings).hasSize(packed.equals(run) || run.equals("portable") ? 0 : 1);
  }

  @Test
  void packsTheSameAgain() throws IOException {
    byte[] first = Files.readAllBytes(pack("dinov2", Tier.AUTO, SMALL));
    assertThat(Files.readAllBytes(pack("dinov2", Tier.AUTO, SMALL))).isEqualTo(first);
  }

  @Test
  void holdsSeveralSizesWithOneSetOfWeights() throws IOException {
    Path one = pack("dinov2", Tier.AUTO, SMALL);
    Shape wide = Shape.of(1, 3, 70, 98);
    Path two = pack("dinov2", Tier.AUTO, SMALL, wide);
    Map<String, Tensor> ofOne = tensors(one);
    long more = bytes(tensors(two)) - bytes(ofOne);
    assertThat(more).isPositive().isLessThan(bytes(ofOne) / 4);
    try (Model model = Model.open(two)) {
      ModelInput input = model.inputs().getFirst();
      assertThat(input.type().shape().dims().subList(0, 2)).containsExactly(Dim.of(1), Dim.of(3));
      assertThat(input.type().shape().dim(2).isStatic()).isFalse();
      for (Shape s : List.of(SMALL, wide)) {
        assertThat(model.run(Map.of("input", picture(s, 1)), options(Tier.AUTO)))
            .containsOnlyKeys("cls", "patch");
      }
      assertThat(model.run(Map.of("input", picture(wide, 1)), options(Tier.AUTO).outputs("patch")))
          .containsOnlyKeys("patch");
      assertThatThrownBy(() -> model.session(Shape.of(1, 3, 84, 84), options(Tier.AUTO)))
          .isInstanceOf(VitrineException.class)
          .hasMessageContaining("is packed for input [1, 3, 56, 56] → cls, patch; input [1, 3, 70,")
          .hasMessageContaining("not for input [1, 3, 84, 84]; take one of these");
      assertThatThrownBy(() -> model.session(SMALL, options(Tier.AUTO).outputs("prenorm")))
          .hasMessageContaining("not for input [1, 3, 56, 56] → prenorm;");
      assertThatThrownBy(() -> model.session(SMALL, options(Tier.REFERENCE)))
          .hasMessageContaining("tier reference needs the model itself");
      assertThatThrownBy(() -> model.graph(Map.of(), List.of()))
          .hasMessageContaining("holds programs, no graph; name the model");
    }
  }

  /** Numbers that f16 can hold take its room, and come back as they were. */
  @ParameterizedTest
  @CsvSource({"0.25, F16", "0.1, F32"})
  void keepsHalvesWhereTheyLoseNothing(float unit, DType kept) throws IOException {
    Tensor shift = Tensor.zeros(DType.F32, Shape.of(1, 64, 32));
    for (long i = 0; i < shift.count(); i++) {
      shift.set(i, (i % 97 - 40) * unit);
    }
    Graph g = new Graph();
    Value x = g.input("x", new TensorType(DType.F32, Shape.of(1, 64, 32)));
    g.output("y", g.add(new Add(), x, g.constant("shift", shift)));
    Path onnx = folder.resolve("shift.onnx");
    OnnxWriter.write(onnx, g, 21);
    Path file = folder.resolve("shift.vitrine");
    Map<String, Tensor> in = Map.of("x", picture(Shape.of(1, 64, 32), 4));
    try (Model model = Model.open(onnx)) {
      model.pack(file, List.of(Map.of()), options(Tier.AUTO));
      assertThat(tensors(file).values()).extracting(Tensor::dtype).containsExactly(kept);
      try (Model again = Model.open(file)) {
        Tensor y = again.run(in, options(Tier.AUTO)).get("y");
        assertThat(y.sameAs(model.run(in, options(Tier.AUTO)).get("y"))).isTrue();
      }
    }
  }

  private static Map<String, Tensor> tensors(Path file) throws IOException {
    return Safetensors.read(
        java.lang.foreign.MemorySegment.ofArray(Files.readAllBytes(file)), file.toString());
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(t -> t.data().byteSize()).sum();
  }

  @Test
  void tellsThatItPacksAnew() {
    Path file = pack("dinov2", Tier.PORTABLE, SMALL);
    List<String> warnings = new ArrayList<>();
    Options options = options(Tier.AUTO).warnings(warnings::add);
    if (options.tierHere().equals("portable")) {
      return;
    }
    try (Model model = Model.open(file);
        Session _ = model.session(SMALL, options)) {
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains("is packed for portable and is packed anew for " + options.tierHere());
    }
  }

  @Test
  void sessionsOutliveTheModel() {
    Path file = pack("dinov2", Tier.AUTO, SMALL);
    Tensor x = picture(SMALL, 3);
    Session session;
    try (Model model = Model.open(file)) {
      session = model.session(SMALL, options(Tier.AUTO));
    }
    Tensor first = session.run(Map.of("input", x)).get("cls");
    assertThat(session.run(Map.of("input", x)).get("cls").sameAs(first)).isTrue();
    session.close();
    session.close();
  }

  @Test
  void refusesOtherLayouts() {
    Path file = pack("dinov2", Tier.AUTO, SMALL);
    Path other = changed(file, metadata -> metadata.put("vitrine.layout", "999"));
    assertThatThrownBy(() -> Model.open(other))
        .isInstanceOf(VitrineException.class)
        .hasMessageStartingWith(other + ": is packed in layout 999, and this Vitrine reads layout ")
        .hasMessageEndingWith("make it again with: vitrine convert MODEL changed.vitrine");
    Path none = changed(file, metadata -> metadata.remove("vitrine.layout"));
    assertThatThrownBy(() -> Model.open(none))
        .hasMessageContaining("is a safetensors file without programs");
    Path empty = changed(file, metadata -> metadata.remove("vitrine.program.0"));
    try (Model model = Model.open(empty)) {
      assertThatThrownBy(() -> model.session(SMALL, options(Tier.AUTO)))
          .hasMessageContaining("is damaged (it lacks vitrine.program.0)");
    }
  }

  private Path changed(Path file, java.util.function.Consumer<Map<String, String>> change) {
    Path out = folder.resolve("changed.vitrine");
    try (Checkpoint c = Safetensors.read(file)) {
      Map<String, String> metadata = new TreeMap<>(c.metadata());
      change.accept(metadata);
      Safetensors.writeAligned(out, c.tensors(), metadata, 64);
    }
    return out;
  }

  @Test
  void refusesCutFiles() throws IOException {
    byte[] bytes = Files.readAllBytes(pack("dinov2", Tier.AUTO, SMALL));
    Path cut = folder.resolve("cut.vitrine");
    for (int part = 0; part < 40; part++) {
      Files.write(cut, Arrays.copyOf(bytes, (int) ((long) bytes.length * part / 40)));
      assertThatThrownBy(() -> Model.open(cut))
          .as("%d of 40", part)
          .isInstanceOf(VitrineException.class)
          .hasMessageStartingWith(cut.toString());
    }
  }

  /**
   * Numbers and words of programs changed at random: each is refused in one line or runs. The
   * portable tier checks every access, so that what the check of programs lets through shows there.
   */
  @ParameterizedTest
  @ValueSource(strings = {"dinov2", "segformer", "swin"})
  void survivesHostilePrograms(String family) {
    Shape size = family.startsWith("dino") ? SMALL : Shape.of(1, 3, 64, 64);
    Path file = pack(family, Tier.AUTO, size);
    Tensor x = picture(size, 3);
    int refused = 0;
    for (long seed = 0; seed < TRIALS; seed++) {
      Random random = new Random(seed);
      Path hostile =
          changed(
              file,
              metadata -> {
                Object plain = Json.parse(metadata.get("vitrine.program.0"), "program").plain();
                metadata.put("vitrine.program.0", Json.compact(mutated(plain, random)));
              });
      try (Model model = Model.open(hostile)) {
        for (Tier tier : List.of(Tier.PORTABLE, Tier.AUTO)) {
          try (Session session = model.session(size, options(tier))) {
            session.run(Map.of("input", x));
          }
        }
      } catch (VitrineException e) {
        assertThat(e.getMessage()).as("seed %d", seed).doesNotContain("\n");
        refused++;
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + " of " + family, e);
      }
    }
    assertThat(refused).isPositive();
  }

  private static Object mutated(Object plain, Random random) {
    List<Object> nodes = new ArrayList<>();
    collect(plain, nodes);
    return replace(plain, nodes.get(random.nextInt(nodes.size())), random);
  }

  private static void collect(Object plain, List<Object> nodes) {
    if (plain instanceof List<?> list) {
      list.forEach(v -> collect(v, nodes));
    }
    nodes.add(plain);
  }

  private static Object replace(Object plain, Object target, Random random) {
    if (plain == target) {
      return switch (plain) {
        case Long n -> {
          long[] others = {
            0, -1, 1, n + 1, n - 1, 2 * n, -n, n + 64, 1L << 31, 1L << 62, Long.MAX_VALUE, 7
          };
          yield others[random.nextInt(others.length)];
        }
        case Double _ -> random.nextBoolean() ? "NaN" : -1e300;
        case String _ -> random.nextBoolean() ? "Copy" : "U8";
        case List<?> list when !list.isEmpty() && random.nextBoolean() ->
            list.subList(0, random.nextInt(list.size()));
        case null, default -> random.nextBoolean() ? null : List.of();
      };
    }
    return plain instanceof List<?> list
        ? list.stream()
            .collect(
                ArrayList::new, (out, v) -> out.add(replace(v, target, random)), ArrayList::addAll)
        : plain;
  }
}
