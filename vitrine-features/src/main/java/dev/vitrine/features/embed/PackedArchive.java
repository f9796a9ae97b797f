package dev.vitrine.features.embed;

import dev.vitrine.formats.archive.Archive;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The pictures of a compressed archive. They are unpacked to a folder of their own, once, which is
 * deleted when the process ends: what is compressed can't be read out of turn.
 */
final class PackedArchive {
  private static final Map<Key, List<PictureSource>> UNPACKED = new ConcurrentHashMap<>();

  /** An archive as it was when it was unpacked. */
  private record Key(Path path, long stamp) {}

  private PackedArchive() {}

  /**
   * The pictures in an archive, in its order.
   *
   * @throws VitrineException when it is damaged, can't be read, or there is no room for its content
   */
  static List<PictureSource> pictures(Path path) {
    try {
      long stamp =
          PictureSource.stamp(Files.size(path), Files.getLastModifiedTime(path).toMillis());
      return UNPACKED.computeIfAbsent(new Key(path, stamp), PackedArchive::unpack);
    } catch (NoSuchFileException e) {
      throw new VitrineException(path + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new VitrineException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private static List<PictureSource> unpack(Key archive) {
    List<PictureSource> found = new ArrayList<>();
    Path folder = folder();
    new Archive(archive.path, Archive.Limits.USUAL)
        .visit(
            (name, content) -> {
              if (Pictures.isPicture(name)) {
                Path file = folder.resolve(String.valueOf(found.size()));
                Files.copy(content, file);
                long stamp = PictureSource.stamp(found.size(), archive.stamp);
                found.add(new Member(archive.path + "/" + name, file, stamp));
              }
            });
    return List.copyOf(found);
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("vitrine-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new VitrineException("no temporary folder can be made (" + e.getMessage() + ")", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // The system will clear its temporary folder.
    }
  }

  private record Member(String name, Path file, long stamp) implements PictureSource {
    @Override
    public Image read(long limit) {
      try {
        return ImageReader.read(Files.readAllBytes(file), name, limit);
      } catch (IOException e) {
        throw new ImageException(name + ": can't be read (" + e.getMessage() + ")", e);
      }
    }

    @Override
    public Path path() {
      return Path.of(name);
    }
  }
}
