package dev.vitrine.compiler.rewrite;

/** What a rule did with what it was shown. */
public sealed interface Outcome {
  /** The graph was changed. */
  record Changed() implements Outcome {}

  /** The rule has nothing to say here. */
  record Passed() implements Outcome {}

  /** A near miss: what the rule looks for, but for one thing. */
  record Missed(Reason reason, String detail) implements Outcome {}

  Outcome CHANGED = new Changed();
  Outcome PASSED = new Passed();
}
