package dev.vitrine.compiler.plan;

/**
 * How a kernel moves over a picture: output row y, kernel row i reads picture row {@code y·strideH
 * − top + i·dilationH}, columns alike; what lies outside is padding.
 */
public record Window(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int top,
    int left,
    int dilationH,
    int dilationW) {
  @Override
  public String toString() {
    return kernelH + "×" + kernelW + (strideH == 1 && strideW == 1 ? "" : "/" + strideH);
  }
}
