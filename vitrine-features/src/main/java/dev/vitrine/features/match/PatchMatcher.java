package dev.vitrine.features.match;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Vectors;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.resize.FloatMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the pairs of patches each of which is the other's most like one.
 *
 * @param refine look for the place in the second picture between patches
 */
public record PatchMatcher(boolean refine, Options options) {
  /**
   * The pairs, in the order of the first picture's patches. Of equally like patches the first
   * counts.
   *
   * @throws VitrineException when the features don't fit or aren't finite
   */
  public List<Correspondence> match(FloatMap a, FloatMap b) {
    if (a.channels() != b.channels()) {
      throw new VitrineException(
          "patches of " + a.channels() + " and " + b.channels() + " features can't be compared");
    }
    FloatMap first = unit(a);
    FloatMap second = unit(b);
    List<MutualNeighbours.Pair> pairs;
    try (var neighbours = new MutualNeighbours(a.channels(), a.cells(), options)) {
      pairs = neighbours.find(rows(first), rows(second));
    }
    Refinement refinement = new Refinement(first, second);
    List<Correspondence> out = new ArrayList<>();
    for (MutualNeighbours.Pair pair : pairs) {
      int row = pair.first() / a.width();
      int column = pair.first() % a.width();
      int otherRow = pair.second() / b.width();
      int otherColumn = pair.second() % b.width();
      Refinement.Place place =
          refine
              ? refinement.refine(row, column, otherRow, otherColumn)
              : new Refinement.Place(otherRow, otherColumn);
      out.add(new Correspondence(row, column, place.row(), place.column(), pair.product()));
    }
    return out;
  }

  private static Tensor rows(FloatMap map) {
    return Tensor.f32(Shape.of(map.cells(), map.channels()), map.values());
  }

  private static FloatMap unit(FloatMap map) {
    if (!Vectors.isFinite(map.values())) {
      throw new VitrineException("the patches' features are not finite; check the model");
    }
    float[] unit = Vectors.normalise(map.values().clone(), map.channels());
    return new FloatMap(map.height(), map.width(), map.channels(), unit);
  }
}
