package dev.vitrine.features.curate;

import dev.vitrine.features.curate.Duplicates.Group;
import dev.vitrine.features.curate.Duplicates.Member;
import dev.vitrine.formats.AtomicFile;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.draw.Canvas;
import dev.vitrine.vision.draw.ContactSheet;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.resize.Pillow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Shows groups of near-duplicates: a page that holds all it shows, or a contact sheet. */
public final class DuplicateReport {
  private static final int THUMBNAIL = 180;
  private static final int COLUMNS = 6;
  private static final int KEPT = 0x1e8e3e;

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Near-duplicates</title><style>
      body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; color: #202124; }
      section { border-top: 1px solid #dadce0; padding: 1em 0; }
      div { display: flex; flex-wrap: wrap; gap: 12px; }
      figure { margin: 0; width: 190px; }
      img { border: 3px solid transparent; }
      .kept img { border-color: #1e8e3e; }
      figcaption { overflow-wrap: anywhere; font-size: 12px; }
      </style></head><body>
      """;

  private DuplicateReport() {}

  /**
   * Tells early what {@link #write} would.
   *
   * @throws VitrineException when the file's ending is neither a page's nor a picture's
   */
  public static void check(Path file) {
    if (!isPage(file)) {
      try {
        ImageWriter.check(file);
      } catch (VitrineException e) {
        throw new VitrineException(e.getMessage() + " (or .html for a page)", e);
      }
    }
  }

  /**
   * Writes groups to an {@code .html} page or a picture.
   *
   * @param maxPixels the largest picture that is decoded
   */
  public static void write(List<Group> groups, Path file, long maxPixels) {
    if (isPage(file)) {
      AtomicFile.write(file, page(groups, maxPixels).getBytes(StandardCharsets.UTF_8));
      return;
    }
    ContactSheet sheet = new ContactSheet(THUMBNAIL, COLUMNS);
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      sheet.heading("group " + (g + 1) + ": " + (group.others().size() + 1) + " pictures");
      add(sheet, group.kept(), KEPT, "kept", maxPixels);
      for (Member m : group.others()) {
        add(sheet, m, Canvas.WHITE, cosine(m), maxPixels);
      }
    }
    ImageWriter.write(sheet.image(), file);
  }

  private static boolean isPage(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".html") || name.endsWith(".htm");
  }

  private static void add(ContactSheet sheet, Member m, int frame, String score, long maxPixels) {
    String name = Path.of(m.item().source().name()).getFileName().toString();
    String size = m.item().height() + "x" + m.item().width();
    sheet.add(m.item().source().read(maxPixels), frame, name, size + "  " + score);
  }

  private static String page(List<Group> groups, long maxPixels) {
    StringBuilder page = new StringBuilder(HEAD);
    int others = groups.stream().mapToInt(g -> g.others().size()).sum();
    page.append("<h1>Near-duplicates</h1><p>")
        .append(groups.size())
        .append(" groups, ")
        .append(others)
        .append(" pictures besides those to keep, which have a green frame.</p>\n");
    for (Group group : groups) {
      page.append("<section><div>\n");
      figure(page, group.kept(), "kept", "kept", maxPixels);
      group.others().forEach(m -> figure(page, m, "other", cosine(m), maxPixels));
      page.append("</div></section>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  private static void figure(
      StringBuilder page, Member m, String kind, String score, long maxPixels) {
    byte[] jpeg = ImageWriter.jpeg(thumbnail(m.item().source().read(maxPixels)));
    page.append("<figure class=\"")
        .append(kind)
        .append("\"><img alt=\"\" src=\"data:image/jpeg;base64,")
        .append(Base64.getEncoder().encodeToString(jpeg))
        .append("\"><figcaption>")
        .append(escaped(m.item().source().name()))
        .append("<br>")
        .append(size(m))
        .append(" &middot; ")
        .append(score)
        .append("</figcaption></figure>\n");
  }

  private static Image thumbnail(Image picture) {
    double scale = Math.min(1, (double) THUMBNAIL / Math.max(picture.height(), picture.width()));
    int height = Math.max(1, (int) Math.round(picture.height() * scale));
    int width = Math.max(1, (int) Math.round(picture.width() * scale));
    return Pillow.LANCZOS.resize(picture, height, width);
  }

  private static String size(Member m) {
    return m.item().height() + "×" + m.item().width();
  }

  private static String cosine(Member m) {
    return String.format(Locale.ROOT, "%.4f", m.cosine());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
