package dev.vitrine.features.evaluate;

import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Pictures with maps of classes, a file each. */
public record LabelledScenes(List<Scene> scenes) {
  /** What Cityscapes puts behind a scene's name. */
  private static final String ENDINGS =
      "_leftImg8bit|_gt(Fine|Coarse)_label(Ids|TrainIds)|_label(Ids|TrainIds)";

  private static final int DEPTH = 64;

  /** A picture and where its labels are. */
  public record Scene(Path picture, Path labels) implements PictureSource {
    @Override
    public String name() {
      return picture.toString();
    }

    @Override
    public Image read(long limit) {
      return ImageReader.read(picture, limit);
    }
  }

  /**
   * Pairs the files of two folders: by their places below them and their names without ending,
   * Cityscapes' suffixes left out. Where a folder of labels holds label ids and train ids, the
   * train ids are taken; other files in it don't matter.
   *
   * @throws VitrineException naming a picture without labels, or when there is no picture
   */
  public static LabelledScenes find(Path pictures, Path labels) {
    Map<String, Path> maps = new LinkedHashMap<>();
    for (Path file : files(labels)) {
      String name = file.getFileName().toString();
      boolean other = name.matches(".*_gt(Fine|Coarse)_(color|instanceIds|instanceTrainIds)\\..*");
      boolean better = name.contains("TrainIds.");
      if (name.endsWith(".png") && !other && (better || !maps.containsKey(key(labels, file)))) {
        maps.put(key(labels, file), file);
      }
    }
    List<Scene> scenes = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    for (Path file : files(pictures)) {
      if (Pictures.isPicture(file.toString())) {
        Path map = maps.get(key(pictures, file));
        if (map == null) {
          without.add(file);
        } else {
          scenes.add(new Scene(file, map));
        }
      }
    }
    if (!without.isEmpty()) {
      throw new VitrineException(
          "%s: %s no labels in %s by that name, such as %s.png"
              .formatted(
                  without.getFirst(),
                  without.size() == 1 ? "has" : "and " + (without.size() - 1) + " more have",
                  labels,
                  key(pictures, without.getFirst())));
    }
    if (scenes.isEmpty()) {
      throw new VitrineException(pictures + ": holds no pictures; name another folder");
    }
    return new LabelledScenes(List.copyOf(scenes));
  }

  private static String key(Path root, Path file) {
    String name = root.relativize(file).toString().replace('\\', '/');
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name).replaceFirst("(" + ENDINGS + ")$", "");
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new VitrineException(folder + ": no such folder; check the path");
    }
    try (Stream<Path> all = Files.find(folder, DEPTH, (f, a) -> a.isRegularFile())) {
      return all.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new VitrineException(folder + ": can't be listed (" + e.getMessage() + ")", e);
    }
  }
}
