package dev.vitrine.features.embed;

import dev.vitrine.formats.archive.Tar;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageException;
import dev.vitrine.vision.image.ImageReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pictures of a tar archive. Only headers are read until a picture's turn comes. */
final class TarArchive {
  private TarArchive() {}

  /**
   * The pictures in an archive, in its order.
   *
   * @throws VitrineException when it is damaged or can't be read
   */
  static List<PictureSource> pictures(Path path) {
    List<PictureSource> found = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      long changed = Files.getLastModifiedTime(path).toMillis();
      new Tar(in, path.toString())
          .visit(
              (name, at, size, _) -> {
                if (Pictures.isPicture(name) && size < 1L << 31) {
                  String inside = path + "/" + name.replaceFirst("^(\\./|/)+", "");
                  long stamp = PictureSource.stamp(at * 31 + size, changed);
                  found.add(new Member(path, inside, at, (int) size, stamp));
                }
              });
      return found;
    } catch (NoSuchFileException e) {
      throw new VitrineException(path + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new VitrineException(path + ": can't be read (" + e.getMessage() + ")", e);
    }
  }

  private record Member(Path archive, String name, long at, int bytes, long stamp)
      implements PictureSource {
    @Override
    public Image read(long limit) {
      try (FileChannel file = FileChannel.open(archive)) {
        if (at + bytes > file.size()) {
          throw new ImageException(name + ": can't be read (the archive ends early)");
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        while (all.hasRemaining() && file.read(all, at + all.position()) >= 0) {
          // Until all of it is there.
        }
        return ImageReader.read(all.array(), name, limit);
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
