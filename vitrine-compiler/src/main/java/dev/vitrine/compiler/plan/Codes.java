package dev.vitrine.compiler.plan;

import dev.vitrine.compiler.fused.Grade;
import java.util.List;

/**
 * Rows (the last axis) of unsigned bytes that stand for numbers: x ≈ scale · (codes − zero).
 *
 * @param codes u8 […, K], at most the grade's levels
 * @param scale f32 […], for each row
 * @param zero u8 […], for each row
 */
public record Codes(Grade grade, View codes, View scale, View zero) {
  List<View> views() {
    return List.of(codes, scale, zero);
  }
}
