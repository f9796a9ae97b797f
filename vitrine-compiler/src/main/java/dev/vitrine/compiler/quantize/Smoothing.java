package dev.vitrine.compiler.quantize;

import dev.vitrine.graph.VitrineException;
import java.util.List;

/**
 * How channels are evened out before they are quantized: channel c of an activation is divided by
 * max|x_c|^strength / max|w_c|^(1 − strength), which the weights before and after it absorb (the
 * formula of SmoothQuant). Only channels do for which that is at least three times the geometric
 * mean of all.
 *
 * @param strengths what is tried at each site, from 0 (off) to 1; the one of least output error on
 *     the calibration's rows is taken, but off unless that halves the squared error
 * @param threshold from 0 to 1: a site takes part when its median channel is at most that part of
 *     its largest; 1 for all
 */
public record Smoothing(List<Double> strengths, double threshold) {
  /** Strengths up to 0.8 and off, at every site. */
  public static final Smoothing SEARCHED = new Smoothing(List.of(0.0, 0.25, 0.5, 0.65, 0.8), 1);

  public static final Smoothing OFF = new Smoothing(List.of(0.0), 1);

  public Smoothing {
    strengths = List.copyOf(strengths);
    if (strengths.isEmpty() || strengths.stream().anyMatch(s -> !(s >= 0 && s <= 1))) {
      throw new VitrineException("strengths of smoothing go from 0 to 1, not " + strengths);
    }
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new VitrineException("the threshold of smoothing goes from 0 to 1, not " + threshold);
    }
  }

  /** One strength for the sites that the threshold lets in. */
  public static Smoothing fixed(double threshold, double strength) {
    return new Smoothing(List.of(strength), threshold);
  }
}
