package dev.vitrine.features.embed;

import dev.vitrine.vision.image.ImageReader;

/**
 * What is made of pictures. Immutable; each method of one argument gives a changed copy.
 *
 * @param pooling how a picture's vector is made
 * @param normalise whether vectors, of patches each, are brought to length 1
 * @param batch pictures that the model takes at a time
 * @param maxPixels the largest picture that is decoded
 */
public record EmbedOptions(Pooling pooling, boolean normalise, int batch, long maxPixels) {
  /** Class tokens as they are, one picture at a time. */
  public static EmbedOptions defaults() {
    return new EmbedOptions(Pooling.CLS, false, 1, ImageReader.DEFAULT_LIMIT);
  }

  public EmbedOptions pooling(Pooling how) {
    return new EmbedOptions(how, normalise, batch, maxPixels);
  }

  public EmbedOptions normalise(boolean yes) {
    return new EmbedOptions(pooling, yes, batch, maxPixels);
  }

  public EmbedOptions batch(int pictures) {
    return new EmbedOptions(pooling, normalise, pictures, maxPixels);
  }

  public EmbedOptions maxPixels(long limit) {
    return new EmbedOptions(pooling, normalise, batch, limit);
  }
}
