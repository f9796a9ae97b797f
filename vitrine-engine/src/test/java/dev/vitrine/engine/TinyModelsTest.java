package dev.vitrine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.vitrine.compiler.plan.ProgramVerifier;
import dev.vitrine.compiler.plan.Step;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every tiny model in every format, run on the portable and on the best tier, against PyTorch's
 * outputs.
 */
class TinyModelsTest {
  private static final Path TINY = Path.of(System.getProperty("vitrine.root"), "testdata", "tiny");

  /**
   * @param size of the input, part of the names of its file and of the outputs'
   * @param prefix of those names
   */
  record Case(Path model, String size, String prefix, Tier tier) {
    @Override
    public String toString() {
      return TINY.relativize(model) + " " + prefix + size + " " + tier;
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> all = Files.walk(TINY)) {
      for (Path model :
          all.filter(f -> f.getFileName().toString().startsWith("model")).sorted().toList()) {
        cases.addAll(cases(model));
      }
    }
    return cases;
  }

  private static List<Case> cases(Path model) throws IOException {
    String name = model.getFileName().toString();
    boolean original =
        name.endsWith(".pth")
            && Files.exists(model.resolveSibling("model.pth"))
            && model.getParent().getFileName().toString().startsWith("dinov2");
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(model.getParent())) {
      for (Path f : files.sorted().toList()) {
        var m =
            Pattern.compile("((?:pth\\.)?)input\\.([0-9x]+)\\.npy")
                .matcher(f.getFileName().toString());
        if (m.matches()
            && m.group(1).isEmpty() != original
            && (!name.endsWith(".onnx") || name.contains(m.group(2)))) {
          cases.add(new Case(model, m.group(2), m.group(1), Tier.PORTABLE));
          cases.add(new Case(model, m.group(2), m.group(1), Tier.AUTO));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    Map<String, Tensor> expected = new LinkedHashMap<>();
    for (String output : List.of("cls", "patch", "logits")) {
      Path f = c.model().resolveSibling(c.prefix() + output + "." + c.size() + ".npy");
      if (Files.exists(f)) {
        expected.put(output, Npy.read(f));
      }
    }
    assertThat(expected).isNotEmpty();
    Tensor x = Npy.read(c.model().resolveSibling(c.prefix() + "input." + c.size() + ".npy"));
    double tolerance =
        c.model().toString().contains("bf16")
            ? 5e-2
            : c.model().toString().contains("f16") ? 1e-2 : 2e-4;
    try (Model model = Model.open(c.model());
        Session session =
            model.session(
                x.shape(), Options.defaults().threads(2).tier(c.tier()).warnings(_ -> {}))) {
      ProgramVerifier.check(session.program());
      Map<String, Tensor> outputs = session.run(Map.of(model.inputs().getFirst().name(), x));
      expected.forEach(
          (name, e) -> {
            Tensor a = outputs.get(name);
            assertThat(a).as(name + " of " + outputs.keySet()).isNotNull();
            for (long i = 0; i < e.count(); i++) {
              if (!(Math.abs(a.real(i) - e.real(i)) <= tolerance)) {
                fail("%s[%d]: %s, not %s", name, i, a.real(i), e.real(i));
              }
            }
          });
      assertThat(session.program().steps())
          .as(session.toString())
          .noneMatch(t -> t.step() instanceof Step.Reference);
      if (!session.kernels().getFirst().contains(Tier.PORTABLE.text())) {
        assertThat(session.kernels())
            .as("no step without machine code")
            .noneMatch(k -> k.contains(Tier.PORTABLE.text()));
      }
    }
  }
}
