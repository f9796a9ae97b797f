package dev.vitrine.vision;

import dev.vitrine.graph.Tensor;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Function;
import java.util.function.Supplier;

/** A picture that is decoded, and prepared for a model, on another thread while that is opened. */
public final class DecodedAhead {
  private record Timed<T>(T result, long nanos) {
    static <T> Timed<T> of(Supplier<T> work) {
      long start = System.nanoTime();
      T result = work.get();
      return new Timed<>(result, System.nanoTime() - start);
    }

    T add(Phases phases, String phase) {
      phases.add(phase, nanos);
      return result;
    }
  }

  private final Path file;
  private final ForkJoinTask<Timed<Image>> picture;
  private ForkJoinTask<Timed<Tensor>> input;

  private DecodedAhead(Path file, ForkJoinTask<Timed<Image>> picture) {
    this.file = file;
    this.picture = picture;
  }

  /**
   * Begins to decode a file. What is wrong with it shows when the picture is taken.
   *
   * @param limit the most pixels that the picture may have
   */
  public static DecodedAhead start(Path file, long limit) {
    return new DecodedAhead(
        file, ForkJoinTask.adapt(() -> Timed.of(() -> ImageReader.read(file, limit))).fork());
  }

  /** Begins to make the picture a model's input, once it is decoded. */
  void prepare(Function<Image, Tensor> how) {
    input =
        ForkJoinTask.adapt(
                () -> {
                  Image decoded = picture.join().result();
                  return Timed.of(() -> how.apply(decoded));
                })
            .fork();
  }

  Path file() {
    return file;
  }

  /** The picture; adds to the phases what decoding it took. */
  Image picture(Phases phases) {
    return picture.join().add(phases, "decode");
  }

  /** The input, as {@link #prepare} has begun it; adds to the phases what that took. */
  Tensor input(Phases phases) {
    return input.join().add(phases, "preprocess");
  }
}
