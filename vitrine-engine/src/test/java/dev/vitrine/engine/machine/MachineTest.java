package dev.vitrine.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vitrine.engine.asm.Isa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MachineTest {
  private static final int OSXSAVE_AVX_FMA_F16C = 1 << 27 | 1 << 28 | 1 << 12 | 1 << 29;
  private static final int AVX2 = 1 << 5;
  private static final int F_DQ_BW_VL = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;

  private static final Set<Isa> WITH_AVX2 = Set.of(Isa.BASE, Isa.AVX, Isa.AVX2, Isa.FMA, Isa.F16C);

  private static final Set<Isa> WITH_VNNI =
      with(Isa.AVX512F, Isa.AVX512DQ, Isa.AVX512BW, Isa.AVX512_VNNI);

  private static final int AMX = 1 << 22 | 1 << 24 | 1 << 25;

  /** A processor in the parts of CPUID that differ. */
  record Case(String name, int one, int sevenB, int sevenC, int sevenOneA, long xcr0, Set<Isa> sets)
      implements Machine.Source {
    @Override
    public int[] cpuid(int leaf, int subleaf) {
      return switch (leaf) {
        case 0 -> new int[] {7, 0, 0, 0};
        case 1 -> new int[] {0, 0, one, 0};
        case 7 ->
            subleaf == 0
                ? new int[] {1, sevenB, sevenC, name.startsWith("Sapphire") ? AMX : 0}
                : new int[] {sevenOneA, 0, 0, 0};
        default -> new int[4];
      };
    }

    @Override
    public long xgetbv() {
      assertThat(one & 1 << 27).as("XGETBV needs OSXSAVE").isNotZero();
      return xcr0;
    }

    @Override
    public boolean permitsMatrices() {
      return !name.contains("refused");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Case> CASES =
      List.of(
          new Case("before AVX", 0, 0, 0, 0, 0, Set.of(Isa.BASE)),
          new Case(
              "AVX that the system doesn't save",
              1 << 28 | 1 << 12,
              AVX2,
              0,
              0,
              0,
              Set.of(Isa.BASE)),
          new Case(
              "AVX switched off in XCR0",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              0,
              0,
              3,
              Set.of(Isa.BASE)),
          new Case("Haswell", OSXSAVE_AVX_FMA_F16C, AVX2, 0, 0, 7, WITH_AVX2),
          new Case("Alder Lake", OSXSAVE_AVX_FMA_F16C, AVX2, 0, 1 << 4, 7, with(Isa.AVX_VNNI)),
          new Case(
              "zmm that the system doesn't save",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              1 << 11,
              0,
              7,
              WITH_AVX2),
          new Case("without VL", OSXSAVE_AVX_FMA_F16C, AVX2 | 1 << 16, 0, 0, 0xe7, WITH_AVX2),
          new Case(
              "Skylake-X",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              0,
              0,
              0xe7,
              with(Isa.AVX512F, Isa.AVX512DQ, Isa.AVX512BW)),
          new Case(
              "Ice Lake", OSXSAVE_AVX_FMA_F16C, AVX2 | F_DQ_BW_VL, 1 << 11, 0, 0xe7, WITH_VNNI),
          new Case(
              "Sapphire Rapids",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              1 << 11,
              0,
              0x6_00e7,
              withMatrices()),
          new Case(
              "Sapphire Rapids, matrices refused",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              1 << 11,
              0,
              0x6_00e7,
              WITH_VNNI),
          new Case(
              "Sapphire Rapids, matrices that the system doesn't save",
              OSXSAVE_AVX_FMA_F16C,
              AVX2 | F_DQ_BW_VL,
              1 << 11,
              0,
              0xe7,
              WITH_VNNI));

  private static Set<Isa> withMatrices() {
    Set<Isa> sets = new TreeSet<>(WITH_VNNI);
    sets.add(Isa.AMX_INT8);
    sets.add(Isa.AMX_BF16);
    return sets;
  }

  private static Set<Isa> with(Isa... more) {
    Set<Isa> sets = new TreeSet<>(WITH_AVX2);
    sets.addAll(List.of(more));
    return sets;
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void sets(Case c) {
    assertThat(Machine.read(c).sets()).isEqualTo(c.sets());
  }

  @Test
  void nameAndCaches() {
    Map<Integer, int[]> leaves = new HashMap<>();
    byte[] name = "AMD Ryzen 9  \0".getBytes(StandardCharsets.US_ASCII);
    int[] words = new int[12];
    for (int i = 0; i < name.length; i++) {
      words[i / 4] |= name[i] << 8 * (i % 4);
    }
    for (int i = 0; i < 3; i++) {
      leaves.put(
          0x8000_0002 + i,
          new int[] {words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]});
    }
    int[][] caches = {
      {1 | 1 << 5, 7 << 22 | 63, 63, 0}, // data, 8 ways of 64 lines of 64 bytes
      {2 | 1 << 5, 7 << 22 | 63, 127, 0}, // instructions
      {3 | 2 << 5, 7 << 22 | 63, 2047, 0},
      {0, 0, 0, 0}
    };
    Machine.Source amd =
        new Machine.Source() {
          @Override
          public int[] cpuid(int leaf, int subleaf) {
            return switch (leaf) {
              case 0 -> new int[] {13, 0x68747541, 0x444d4163, 0x69746e65};
              case 0x8000_0000 -> new int[] {0x8000_0020, 0, 0, 0};
              case 0x8000_001d -> caches[subleaf];
              default -> leaves.getOrDefault(leaf, new int[4]);
            };
          }

          @Override
          public long xgetbv() {
            return 0;
          }

          @Override
          public boolean permitsMatrices() {
            return false;
          }
        };
    assertThat(Machine.read(amd))
        .isEqualTo(new Machine("AMD Ryzen 9", Set.of(Isa.BASE), 32 << 10, 1 << 20, null));
  }

  /** The kernel of Linux lists what it found by the same means. */
  @Test
  void thisMachineAsLinuxSeesIt() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(cpuinfo) && System.getProperty("os.arch").equals("amd64"));
    Map<String, String> fields = new HashMap<>();
    for (String line : Files.readAllLines(cpuinfo)) {
      String[] parts = line.split("\\s*:\\s*", 2);
      fields.putIfAbsent(parts[0], parts.length > 1 ? parts[1] : "");
    }
    List<String> flags = List.of(fields.get("flags").split(" "));
    Machine m = Machine.host();
    assertThat(m.refusal()).isNull();
    assertThat(m.name()).isEqualTo(fields.get("model name").strip().replaceAll(" +", " "));
    Map<Isa, String> names =
        Map.of(
            Isa.AVX,
            "avx",
            Isa.AVX2,
            "avx2",
            Isa.FMA,
            "fma",
            Isa.F16C,
            "f16c",
            Isa.AVX_VNNI,
            "avx_vnni",
            Isa.AVX512F,
            "avx512f",
            Isa.AVX512BW,
            "avx512bw",
            Isa.AVX512DQ,
            "avx512dq",
            Isa.AVX512_VNNI,
            "avx512_vnni");
    names.forEach(
        (isa, flag) -> assertThat(m.sets().contains(isa)).as(flag).isEqualTo(flags.contains(flag)));
  }
}
