package dev.vitrine.engine;

import dev.vitrine.engine.gen.Level;
import dev.vitrine.graph.VitrineException;
import java.util.List;
import java.util.Locale;

/** What a session may use of the machine. */
public enum Tier {
  /** The best that the machine has. */
  AUTO,
  /** Plain Java. */
  PORTABLE,
  /** At most AVX2 with FMA. */
  AVX2,
  /** At most AVX2 with VNNI. */
  AVX_VNNI,
  /** At most AVX-512. */
  AVX512,
  /** At most AVX-512 with VNNI. */
  AVX512_VNNI,
  /** At most AVX-512 with VNNI and AMX. */
  AVX512_AMX,
  /** No kernels: every operation by its own evaluation. */
  REFERENCE;

  /** The levels of machine code that may be used, best first. */
  List<Level> levels() {
    return switch (this) {
      case AUTO, AVX512_AMX -> List.of(Level.values());
      case AVX512_VNNI -> List.of(Level.AVX512_VNNI, Level.AVX512, Level.AVX_VNNI, Level.AVX2);
      case AVX512 -> List.of(Level.AVX512, Level.AVX2);
      case AVX_VNNI -> List.of(Level.AVX_VNNI, Level.AVX2);
      case AVX2 -> List.of(Level.AVX2);
      case PORTABLE, REFERENCE -> List.of();
    };
  }

  /** The name on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws VitrineException when there is no tier of that name
   */
  public static Tier parse(String text) {
    return Choices.parse("tier", text, values(), Tier::text);
  }
}
