package dev.vitrine.features.curate;

import dev.vitrine.features.embed.Embedder;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures with their vectors.
 *
 * @param vectors f32 {@code [n, width]} of length 1, in the order of the pictures
 */
public record Collected(List<Item> items, Tensor vectors) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A picture and its size in pixels. */
  public record Item(PictureSource source, int height, int width) {
    long pixels() {
      return (long) height * width;
    }
  }

  /** Told how embedding goes on. */
  public interface Listener {
    /** One more picture is done. */
    void step();

    /** A picture can't be read and is left out. */
    void skipped(PictureSource picture, String reason);
  }

  /**
   * Embeds pictures.
   *
   * @param embedder gives one vector of length 1 for a picture
   * @throws VitrineException when it doesn't, or no picture can be read
   */
  public static Collected of(List<PictureSource> pictures, Embedder embedder, Listener listener) {
    Shape shape = embedder.shape();
    if (shape.rank() != 1 || !embedder.options().normalise()) {
      throw new VitrineException(
          "pictures are compared by one vector each; choose --output cls, mean, cls-mean or gem");
    }
    int width = (int) shape.size(0);
    Tensor all = Tensor.zeros(DType.F32, Shape.of(pictures.size(), width));
    List<Item> items = new ArrayList<>();
    embedder.embed(
        pictures,
        new Embedder.Sink() {
          @Override
          public void embedded(Embedder.Embedded e) {
            long at = 4L * items.size() * width;
            MemorySegment.copy(e.vector(), 0, all.data(), FLOAT, at, width);
            items.add(new Item(e.source(), e.height(), e.width()));
            listener.step();
          }

          @Override
          public void failed(PictureSource picture, String reason) {
            listener.skipped(picture, reason);
            listener.step();
          }
        });
    if (items.isEmpty()) {
      throw new VitrineException("none of the " + pictures.size() + " pictures can be read");
    }
    return new Collected(List.copyOf(items), all.slice(0, Shape.of(items.size(), width)));
  }

  /** Some of the pictures, in that order. */
  Collected rows(int[] rows) {
    int width = Math.toIntExact(vectors.size(1));
    Tensor some = Tensor.zeros(DType.F32, Shape.of(rows.length, width));
    List<Item> theirs = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(
          vectors.data(), 4L * rows[i] * width, some.data(), 4L * i * width, 4L * width);
      theirs.add(items.get(rows[i]));
    }
    return new Collected(theirs, some);
  }
}
