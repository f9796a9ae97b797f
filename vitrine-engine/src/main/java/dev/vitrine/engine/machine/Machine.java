package dev.vitrine.engine.machine;

import dev.vitrine.engine.asm.Isa;
import java.util.EnumSet;
import java.util.Set;

/**
 * The processor as CPUID describes it.
 *
 * @param name the maker's name for it
 * @param sets the instruction sets that it has and whose registers the operating system saves
 * @param l1 bytes of a core's data cache of the first level, 0 if not told
 * @param l2 bytes of the second level's, 0 if not told
 * @param refusal why no generated code can run here, or null
 */
public record Machine(String name, Set<Isa> sets, long l1, long l2, String refusal) {
  private static final int LEVELS = 8;

  private static final String NAMELESS = "unknown processor";

  /** What CPUID and XGETBV say. */
  interface Source {
    /** EAX, EBX, ECX and EDX for a leaf. */
    int[] cpuid(int leaf, int subleaf);

    /** XCR0; called only where CPUID says that it can be read. */
    long xgetbv();

    /** Asks the system for the use of matrix registers, which the processor has. */
    boolean permitsMatrices();
  }

  private static final class Host {
    static final Machine MACHINE = detect();

    private static Machine detect() {
      String arch = System.getProperty("os.arch", "");
      if (!arch.equals("amd64") && !arch.equals("x86_64")) {
        return unusable("generated code is for x86-64, not for " + arch);
      }
      try (CpuId source = new CpuId()) {
        return read(source);
      } catch (CodeRefusedException e) {
        return unusable(e.getMessage());
      }
    }

    private static Machine unusable(String reason) {
      return new Machine(NAMELESS, Set.of(), 0, 0, reason);
    }
  }

  /** The machine that this process runs on. */
  public static Machine host() {
    return Host.MACHINE;
  }

  static Machine read(Source cpu) {
    int[] basic = cpu.cpuid(0, 0);
    int highest = basic[0];
    boolean amd = basic[2] == 0x444d4163; // "cAMD", the end of AuthenticAMD
    int extended = cpu.cpuid(0x8000_0000, 0)[0];
    long l1 = 0;
    long l2 = 0;
    int cacheLeaf = amd ? 0x8000_001d : 4;
    boolean hasCaches = Integer.compareUnsigned(amd ? extended : highest, cacheLeaf) >= 0;
    for (int i = 0; hasCaches && i < LEVELS; i++) {
      int[] r = cpu.cpuid(cacheLeaf, i);
      int type = r[0] & 31;
      if (type == 0) {
        break;
      }
      long bytes =
          ((r[1] >>> 22) + 1L) * ((r[1] >>> 12 & 1023) + 1) * ((r[1] & 4095) + 1) * (r[2] + 1L);
      int level = r[0] >>> 5 & 7;
      boolean holdsData = type == 1 || type == 3;
      if (holdsData && level == 1) {
        l1 = bytes;
      } else if (holdsData && level == 2) {
        l2 = bytes;
      }
    }
    return new Machine(brand(cpu, extended), sets(cpu, highest), l1, l2, null);
  }

  private static Set<Isa> sets(Source cpu, int highest) {
    Set<Isa> sets = EnumSet.of(Isa.BASE);
    int[] one = cpu.cpuid(1, 0);
    boolean readable = bit(one[2], 27);
    long state = readable ? cpu.xgetbv() : 0;
    boolean ymm = (state & 0x06) == 0x06;
    boolean zmm = (state & 0xe6) == 0xe6;
    boolean matrices = (state & 0x6_0000) == 0x6_0000;
    if (!ymm || !bit(one[2], 28)) {
      return Set.copyOf(sets);
    }
    sets.add(Isa.AVX);
    add(sets, Isa.FMA, bit(one[2], 12));
    add(sets, Isa.F16C, bit(one[2], 29));
    if (highest >= 7) {
      int[] seven = cpu.cpuid(7, 0);
      add(sets, Isa.AVX2, bit(seven[1], 5));
      add(sets, Isa.AVX_VNNI, seven[0] >= 1 && bit(cpu.cpuid(7, 1)[0], 4));
      if (zmm && bit(seven[1], 16) && bit(seven[1], 31)) {
        sets.add(Isa.AVX512F);
        add(sets, Isa.AVX512DQ, bit(seven[1], 17));
        add(sets, Isa.AVX512BW, bit(seven[1], 30));
        add(sets, Isa.AVX512_VNNI, bit(seven[2], 11));
        boolean amx = matrices && bit(seven[3], 24) && bit(seven[3], 25) && cpu.permitsMatrices();
        add(sets, Isa.AMX_INT8, amx);
        add(sets, Isa.AMX_BF16, amx && bit(seven[3], 22));
      }
    }
    return Set.copyOf(sets);
  }

  private static String brand(Source cpu, int extended) {
    if (Integer.compareUnsigned(extended, 0x8000_0004) < 0) {
      return NAMELESS;
    }
    StringBuilder s = new StringBuilder();
    for (int leaf = 0x8000_0002; leaf <= 0x8000_0004; leaf++) {
      for (int word : cpu.cpuid(leaf, 0)) {
        for (int shift = 0; shift < 32; shift += 8) {
          s.append((char) (word >>> shift & 0xff));
        }
      }
    }
    String name = s.toString().replace("\0", "").strip().replaceAll(" +", " ");
    return name.isEmpty() ? NAMELESS : name;
  }

  private static void add(Set<Isa> sets, Isa isa, boolean has) {
    if (has) {
      sets.add(isa);
    }
  }

  private static boolean bit(int word, int at) {
    return (word >>> at & 1) != 0;
  }
}
