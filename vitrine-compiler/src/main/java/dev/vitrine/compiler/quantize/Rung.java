package dev.vitrine.compiler.quantize;

/**
 * One step on the way back to float.
 *
 * @param site what was returned to float; null for the first entry, with nothing returned
 * @param loss 1 − cosine of the outputs when that site alone is quantized
 * @param cosine of the outputs after this step
 */
public record Rung(String site, double loss, double cosine) {}
