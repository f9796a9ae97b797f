package dev.vitrine.compiler.rewrite;

import java.util.Locale;

/** One way to write a part of a graph better. Stateless; the graph computes the same after it. */
public interface Rule {
  /** What the rule looks for; it is tried at every node that can be the pattern's root. */
  Pattern pattern();

  /**
   * Replaces what was found, or says why not. A rule that returns anything but {@link
   * Outcome#CHANGED} leaves the graph as it was; nodes that it added are taken out again.
   */
  Outcome apply(Match m);

  /** The name for {@code --skip} and {@code --explain}, such as {@code fuse-gelu}. */
  default String name() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
