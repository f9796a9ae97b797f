package dev.vitrine.engine.packed;

import dev.vitrine.formats.ModelFiles;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.ModelInput;
import dev.vitrine.formats.ModelSource;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A model whose files are opened only if the cache doesn't have what is asked for. */
public final class CachedSource implements ModelSource {
  private final Path path;
  private final PackCache.Entry entry;
  private final List<PackedModel> kept = new ArrayList<>();
  private ModelSource real;

  private CachedSource(Path path, PackCache.Entry entry) {
    this.path = path;
    this.entry = entry;
  }

  /**
   * A model by way of a cache.
   *
   * @throws dev.vitrine.graph.VitrineException when there is no such model
   */
  public static ModelSource open(Path path, PackCache cache) {
    PackCache.Entry entry = cache.entry(path);
    if (entry == null) {
      return ModelFiles.open(path);
    }
    CachedSource source = new CachedSource(path, entry);
    PackedModel any = entry.any();
    if (any == null) {
      source.real();
    } else {
      source.kept.add(any);
    }
    return source;
  }

  private synchronized ModelSource real() {
    if (real == null) {
      real = ModelFiles.open(path);
    }
    return real;
  }

  private synchronized Stored.Description known() {
    return kept.isEmpty() ? null : kept.getFirst().description();
  }

  /** The programs kept for that use, which are closed with this; null when there are none. */
  public synchronized PackedModel find(String use) {
    for (PackedModel p : kept) {
      if (p.isFor(entry.state(), use)) {
        return p;
      }
    }
    PackedModel found = entry.find(use);
    if (found != null) {
      kept.add(found);
    }
    return found;
  }

  /**
   * Keeps something for that use, if it can be.
   *
   * @param content adds it to a file
   */
  public void keep(String use, Consumer<PackedWriter> content) {
    entry.keep(real(), content, use);
  }

  @Override
  public ModelInfo info() {
    Stored.Description known = known();
    return known == null ? real().info() : known.info();
  }

  @Override
  public List<ModelInput> inputs() {
    Stored.Description known = known();
    return known == null ? real().inputs() : known.inputs();
  }

  @Override
  public List<String> outputs() {
    Stored.Description known = known();
    return known == null ? real().outputs() : known.outputs();
  }

  @Override
  public List<String> defaultOutputs() {
    Stored.Description known = known();
    return known == null ? real().defaultOutputs() : known.defaultOutputs();
  }

  @Override
  public Graph graph(Map<String, Shape> shapes, List<String> outputs) {
    return real().graph(shapes, outputs);
  }

  @Override
  public List<Path> files() {
    return real().files();
  }

  @Override
  public synchronized void close() {
    kept.forEach(PackedModel::close);
    if (real != null) {
      real.close();
    }
  }
}
