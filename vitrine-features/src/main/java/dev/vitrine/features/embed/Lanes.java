package dev.vitrine.features.embed;

import dev.vitrine.graph.Dim;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.PictureModel;
import dev.vitrine.vision.PictureModel.Size;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Takes any number of pictures through a model.
 *
 * <p>Each thread decodes, prepares and runs the model for batches of its own, so that decoding
 * overlaps with other threads' runs and no thread ever waits for another; a bounded number of
 * batches is under way. The same picture gives the same numbers whatever the number of threads, its
 * place in a batch and its neighbours; with batches of another size they may differ by rounding.
 * Safe for several threads.
 *
 * @param model takes as many pictures at a time as it was made for
 * @param threads how many work
 * @param maxPixels the largest picture that is decoded
 */
public record Lanes(PictureModel model, int threads, long maxPixels) {
  /** Makes what is wanted of a picture, on any of the threads. */
  @FunctionalInterface
  public interface Maker<P, T> {
    /**
     * @param size of the picture as it was decoded
     * @param outputs of the model for the picture's whole batch, by name
     * @param index of the picture in the batch
     * @throws ImageException when the picture is to count as one that failed
     */
    T of(P source, Size size, Map<String, Tensor> outputs, int index);
  }

  /** Takes what comes out, in the order of the pictures, on the thread that called. */
  public interface Sink<P, T> {
    void done(P source, T made);

    /** A picture can't be read, or nothing made of it; the others go on. */
    void failed(P source, String reason);
  }

  /** What became of a picture: what was made, or else the fault. */
  private record Outcome<P, T>(P source, T made, String fault) {
    void tell(Sink<P, T> sink) {
      if (fault == null) {
        sink.done(source, made);
      } else {
        sink.failed(source, fault);
      }
    }
  }

  /** Batches for each thread that are under way or done and not taken yet. */
  private static final int AHEAD = 3;

  /** Takes pictures through the model. A picture that fails doesn't hold up the others. */
  public <P extends PictureSource, T> void run(
      List<P> pictures, Maker<P, T> maker, Sink<P, T> sink) {
    int batches = Math.ceilDiv(pictures.size(), model.batch());
    int lanes = Math.min(threads, batches);
    if (lanes == 0) {
      return;
    }
    // With less than a batch a thread, threads help one another with each.
    Function<Tensor, Map<String, Tensor>> run = batches < threads ? model::run : model::runAlone;
    ExecutorService workers = Executors.newFixedThreadPool(lanes, Lanes::lane);
    try {
      ArrayDeque<Future<List<Outcome<P, T>>>> ahead = new ArrayDeque<>();
      int next = 0;
      for (int taken = 0; taken < batches; taken++) {
        for (; next < batches && ahead.size() < AHEAD * lanes; next++) {
          int from = next * model.batch();
          List<P> part = pictures.subList(from, Math.min(pictures.size(), from + model.batch()));
          ahead.add(workers.submit(() -> batch(part, run, maker)));
        }
        result(ahead.remove()).forEach(outcome -> outcome.tell(sink));
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private static Thread lane(Runnable work) {
    Thread t = new Thread(null, work, "vitrine-lane", 0, false);
    t.setDaemon(true);
    return t;
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException x -> throw x;
        case Error x -> throw x;
        default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VitrineException("the work was interrupted", e);
    }
  }

  /** Decodes pictures, runs the model on them and makes what is wanted. */
  private <P extends PictureSource, T> List<Outcome<P, T>> batch(
      List<P> pictures, Function<Tensor, Map<String, Tensor>> run, Maker<P, T> maker) {
    Size[] sizes = new Size[pictures.size()];
    String[] faults = new String[sizes.length];
    Tensor input = null;
    for (int i = 0; i < sizes.length; i++) {
      try {
        // Not kept: there would be much to move about in memory while the model runs.
        Image picture = pictures.get(i).read(maxPixels);
        sizes[i] = new Size(picture.height(), picture.width());
        input = put(model.prepare(picture), i, input);
      } catch (ImageException e) {
        faults[i] = e.getMessage();
      }
    }
    Map<String, Tensor> outputs = input == null ? Map.of() : run.apply(input);
    List<Outcome<P, T>> outcomes = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      P source = pictures.get(i);
      T made = null;
      if (faults[i] == null) {
        try {
          made = maker.of(source, sizes[i], outputs, i);
        } catch (ImageException e) {
          faults[i] = e.getMessage();
        }
      }
      outcomes.add(new Outcome<>(source, made, faults[i]));
    }
    return outcomes;
  }

  /** Puts a picture's input at its place in the batch's. */
  private Tensor put(Tensor one, int index, Tensor batch) {
    if (model.batch() == 1) {
      return one;
    }
    Tensor all =
        batch != null
            ? batch
            : Tensor.zeros(one.dtype(), one.shape().with(0, Dim.of(model.batch())));
    long bytes = one.data().byteSize();
    all.data().asSlice(index * bytes, bytes).copyFrom(one.data());
    return all;
  }
}
