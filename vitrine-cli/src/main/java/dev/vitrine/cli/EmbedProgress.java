package dev.vitrine.cli;

import dev.vitrine.features.embed.Collector;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.vision.Progress;

/** Shows how embedding goes on: a bar, and a line for each picture that is left out. */
final class EmbedProgress implements Collector.Listener, AutoCloseable {
  private final Progress bar;
  private final Output out;
  private boolean begun;

  EmbedProgress(int pictures, Output out) {
    this.bar = Progress.onTerminal(pictures);
    this.out = out;
  }

  @Override
  public void done(int pictures) {
    if (begun) {
      bar.to(pictures);
    } else {
      bar.resume(pictures);
      begun = true;
    }
  }

  @Override
  public void skipped(PictureSource picture, String reason) {
    bar.clear();
    out.err().println("vitrine: skipped " + reason);
  }

  @Override
  public void close() {
    bar.close();
  }
}
