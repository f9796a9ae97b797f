package dev.vitrine.compiler.rewrite;

import java.util.List;
import java.util.stream.Stream;

/** A named list of rules, applied until none of them finds anything. Earlier rules go first. */
public record Pass(String name, List<Rule> rules) {
  public Pass {
    rules = List.copyOf(rules);
  }

  public static Pass of(String name, Rule... rules) {
    return new Pass(name, List.of(rules));
  }

  /** This pass with the rules of another after its own. */
  public Pass with(Pass other) {
    return new Pass(name, Stream.concat(rules.stream(), other.rules.stream()).toList());
  }
}
