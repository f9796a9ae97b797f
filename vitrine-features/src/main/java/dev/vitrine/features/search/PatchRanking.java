package dev.vitrine.features.search;

import dev.vitrine.engine.Options;
import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.features.embed.Pooling;
import dev.vitrine.features.match.MutualNeighbours;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Orders pictures that were found anew, by what their parts have in common with the query's: the
 * sum of the cosines of patches that are each other's nearest, over the number of the query's
 * patches. A picture that shows the same thing beside others, or at another place, gains by it.
 */
public final class PatchRanking implements AutoCloseable {
  private final Embedder embedder;
  private final MutualNeighbours neighbours;
  private final int patches;
  private final int channels;

  /**
   * @param embedder gives all patches, of length 1; closed by the caller
   */
  public PatchRanking(Embedder embedder, Options options) {
    if (embedder.options().pooling() != Pooling.PATCH || !embedder.options().normalise()) {
      throw new IllegalArgumentException("patches of length 1 are needed");
    }
    this.embedder = embedder;
    this.channels = (int) embedder.shape().size(2);
    this.patches = (int) embedder.shape().count() / channels;
    this.neighbours = new MutualNeighbours(channels, patches, options);
  }

  /**
   * Reads the pictures again and orders them by {@link Found#patches()}; of equal ones the one that
   * came first. Those that can't be read come last.
   *
   * @param query the picture, or the part of it that is meant
   */
  public List<Found> rank(Image query, List<Found> found) {
    Tensor wanted = tensor(embedder.embed(query));
    List<Found> ranked = new ArrayList<>();
    List<PictureSource> pictures = found.stream().map(f -> Pictures.locate(f.path())).toList();
    embedder.embed(
        pictures,
        new Embedder.Sink() {
          @Override
          public void embedded(Embedder.Embedded e) {
            var pairs = neighbours.find(wanted, tensor(e.vector()));
            double sum = pairs.stream().mapToDouble(p -> Math.max(0, p.product())).sum();
            ranked.add(found.get(ranked.size()).withPatches(sum / patches));
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            ranked.add(found.get(ranked.size()).withPatches(Double.NaN));
          }
        });
    ranked.sort(
        Comparator.comparingDouble(
            f -> Double.isNaN(f.patches().orElseThrow()) ? 1 : -f.patches().orElseThrow()));
    return ranked;
  }

  private Tensor tensor(float[] vectors) {
    return Tensor.f32(Shape.of(patches, channels), vectors);
  }

  @Override
  public void close() {
    neighbours.close();
  }
}
