package dev.vitrine.cli;

import dev.vitrine.features.data.LabelledPictures;
import dev.vitrine.features.data.RowRange;
import dev.vitrine.features.evaluate.Confusion;
import dev.vitrine.features.evaluate.ConfusionPainter;
import dev.vitrine.features.evaluate.TopHits;
import dev.vitrine.vision.Table;
import dev.vitrine.vision.image.ImageWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What the commands that count right answers have in common. */
final class HitsReport {
  /** More classes than this are left to the JSON and the picture. */
  private static final int MOST_ROWS = 40;

  @Option(
      names = "--rows",
      paramLabel = "FROM:TO:STEP",
      converter = RowsConverter.class,
      description = "Take these rows of the data alone, such as 1::2 for every other.")
  RowRange rows = RowRange.ALL;

  @Option(
      names = "--confusion",
      paramLabel = "OUT.png",
      description = "A picture to write of what each class was taken for.")
  Path confusion;

  /** Reads a range of rows. */
  static final class RowsConverter implements ITypeConverter<RowRange> {
    @Override
    public RowRange convert(String text) {
      return RowRange.parse(text);
    }
  }

  /** The rows asked for. */
  LabelledPictures rows(LabelledPictures all) {
    return rows.equals(RowRange.ALL) ? all : all.rows(rows.of(all.count()));
  }

  /** Tells early when the picture can't be written. */
  void check() {
    if (confusion != null) {
      ImageWriter.check(confusion);
    }
  }

  void print(TopHits hits, Output out, Map<String, Object> json) {
    Confusion c = hits.confusion();
    String title =
        "top-1 %.2f %%   top-5 %.2f %%   of %d"
            .formatted(100 * hits.top1(), 100 * hits.top5(), c.total());
    Table table = new Table("class", "examples", "found", "precision", "most often taken for");
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int i = 0; i < c.classes().size(); i++) {
      if (c.examples(i) == 0) {
        continue;
      }
      int other = mistake(c, i);
      String taken = other < 0 ? "" : c.classes().get(other) + " " + c.count(i, other) + "×";
      table.row(c.classes().get(i), c.examples(i), text(c.recall(i)), text(c.precision(i)), taken);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("class", c.classes().get(i));
      one.put("examples", c.examples(i));
      one.put("recall", c.recall(i));
      one.put("precision", Double.isNaN(c.precision(i)) ? null : c.precision(i));
      classes.add(one);
    }
    if (classes.size() <= MOST_ROWS) {
      out.line("%s", table);
    }
    out.line("%s", String.format(Locale.ROOT, "%s", title));
    json.put("examples", c.total());
    json.put("top1", hits.top1());
    json.put("top5", hits.top5());
    json.put("classes", classes);
    if (confusion != null) {
      ImageWriter.write(ConfusionPainter.paint(c, title), confusion);
      out.line("wrote %s", confusion);
      json.put("confusion", confusion.toString());
    }
  }

  /** The class that this one is most often taken for in error; −1 when it never is. */
  private static int mistake(Confusion c, int of) {
    int most = -1;
    for (int i = 0; i < c.classes().size(); i++) {
      if (i != of && c.count(of, i) > (most < 0 ? 0 : c.count(of, most))) {
        most = i;
      }
    }
    return most;
  }

  private static String text(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
