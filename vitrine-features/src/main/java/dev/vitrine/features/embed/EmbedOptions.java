package dev.vitrine.features.embed;

import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.ImageReader;

/**
 * What is made of pictures. Immutable; each method of one argument gives a changed copy.
 *
 * @param pooling how a picture's vector is made
 * @param normalise whether vectors, of patches each, are brought to length 1
 * @param batch pictures that the model takes at a time
 * @param decoders threads that decode pictures
 * @param maxPixels the largest picture that is decoded
 */
public record EmbedOptions(
    Pooling pooling, boolean normalise, int batch, int decoders, long maxPixels) {
  private static final int MOST_DECODERS = 64;

  public EmbedOptions {
    if (decoders < 1 || decoders > MOST_DECODERS) {
      throw new VitrineException(
          "the number of decoding threads is " + decoders + "; it goes from 1 to " + MOST_DECODERS);
    }
  }

  /** Class tokens as they are, as many decoding threads as processors. */
  public static EmbedOptions defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new EmbedOptions(
        Pooling.CLS, false, 4, Math.min(MOST_DECODERS, processors), ImageReader.DEFAULT_LIMIT);
  }

  public EmbedOptions pooling(Pooling how) {
    return new EmbedOptions(how, normalise, batch, decoders, maxPixels);
  }

  public EmbedOptions normalise(boolean yes) {
    return new EmbedOptions(pooling, yes, batch, decoders, maxPixels);
  }

  public EmbedOptions batch(int pictures) {
    return new EmbedOptions(pooling, normalise, pictures, decoders, maxPixels);
  }

  public EmbedOptions decoders(int threads) {
    return new EmbedOptions(pooling, normalise, batch, threads, maxPixels);
  }

  public EmbedOptions maxPixels(long limit) {
    return new EmbedOptions(pooling, normalise, batch, decoders, limit);
  }
}
