package dev.vitrine.features.curate;

import dev.vitrine.features.curate.Collected.Item;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Moves picture files out of a collection. Nothing is deleted and nothing overwritten. */
public final class Removal {
  private record Move(Path from, Path to) {}

  private Removal() {}

  /**
   * Moves files into a folder, below which they keep their places below the collection's folders.
   * All targets are checked before the first is moved.
   *
   * @param roots the folders that make up the collection
   * @return the new places, in order
   * @throws VitrineException naming a file that is in an archive, or whose target is taken
   */
  public static List<Path> move(List<Item> items, List<Path> roots, Path folder) {
    List<Move> moves = new ArrayList<>();
    Set<Path> targets = new HashSet<>();
    for (Item item : items) {
      if (!(item.source() instanceof PictureSource.InFile in)) {
        throw new VitrineException(
            item.source().name() + ": is in an archive and can't be moved; unpack it first");
      }
      Path to = folder.resolve(place(in.file(), roots));
      if (Files.exists(to) || !targets.add(to)) {
        throw new VitrineException(to + ": is there already; nothing was moved");
      }
      moves.add(new Move(in.file(), to));
    }
    for (Move m : moves) {
      try {
        Files.createDirectories(m.to.getParent());
        Files.move(m.from, m.to);
      } catch (IOException e) {
        throw new VitrineException(
            "%s: can't be moved to %s (%s); those before it were"
                .formatted(m.from, m.to, e.getMessage()),
            e);
      }
    }
    return moves.stream().map(Move::to).toList();
  }

  private static Path place(Path file, List<Path> roots) {
    for (Path root : roots) {
      if (Files.isDirectory(root) && file.startsWith(root)) {
        return root.relativize(file);
      }
    }
    return file.getFileName();
  }
}
