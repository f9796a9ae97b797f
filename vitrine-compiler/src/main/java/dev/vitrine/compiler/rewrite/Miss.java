package dev.vitrine.compiler.rewrite;

/**
 * A near miss of a rule at a node.
 *
 * @param detail what exactly stood in the way; may be empty
 */
public record Miss(String rule, String node, Reason reason, String detail) {
  /** One line for the user. */
  @Override
  public String toString() {
    return rule
        + " not applied at '"
        + node
        + "': "
        + reason.text()
        + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
