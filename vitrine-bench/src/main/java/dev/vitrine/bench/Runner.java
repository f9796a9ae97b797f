package dev.vitrine.bench;

import dev.vitrine.graph.Tensor;
import java.util.Map;

/** A model made ready to run on one set of inputs, again and again. */
interface Runner extends AutoCloseable {
  /** Who runs it, and which version. */
  String name();

  /** One run, to results that a caller could read; throws what the runtime throws. */
  void run();

  /** One run, and its results by name. */
  Map<String, Tensor> results();

  @Override
  void close();
}
