package dev.vitrine.compiler.rewrite;

/** Why a rule that recognised something left it as it was. */
public enum Reason {
  USED_ELSEWHERE("an inner value is used elsewhere"),
  NOT_CONSTANT("a constant is needed"),
  OTHER_VALUE("a constant has another value"),
  OTHER_AXES("it works along other axes"),
  OTHER_SHAPE("a shape doesn't suit"),
  OTHER_TYPE("an element type doesn't suit"),
  SHAPE_UNKNOWN("a shape is not known"),
  TOO_LARGE("the result would be too large"),
  NO_GAIN("it would save nothing");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
