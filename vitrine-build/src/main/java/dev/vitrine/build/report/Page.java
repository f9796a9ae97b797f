package dev.vitrine.build.report;

import dev.vitrine.compiler.quantize.LayerPrecision;
import dev.vitrine.compiler.quantize.QuantizedModel;
import dev.vitrine.compiler.quantize.Rung;
import dev.vitrine.compiler.quantize.Site;
import dev.vitrine.vision.image.Image;
import dev.vitrine.vision.image.ImageWriter;
import dev.vitrine.vision.resize.Pillow;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A page about a build, all in one file: what was built, how close it is, and pictures. */
public final class Page {
  private static final int WIDEST = 320;
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; background: #fff }
      h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem }
      td, th { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: right }
      th { white-space: nowrap }
      td:first-child, th:first-child { text-align: left } td:first-child { overflow-wrap: anywhere }
      figure { margin: 0 } figcaption { font-size: .85rem; color: #555 }
      img { display: block; width: 100%; border-radius: 3px }
      .row { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 1rem; margin-bottom: 1rem }
      svg { width: 100%; height: auto } .grid { stroke: #e4e4e4 } .tick { font-size: 11px; text-anchor: end; fill: #666 }
      .block { font-size: 11px; text-anchor: middle; fill: #666 }
      .integer { fill: #c0392b } .float { fill: #7f8c8d } polyline { fill: none; stroke: #c0392b; stroke-width: 1.5; opacity: .5 }
      @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } td, th { border-color: #444 } .grid { stroke: #333 } }
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  /**
   * @param title of the page
   */
  public Page(String title) {
    this.title = title;
    body.append("<h1>").append(escaped(title)).append("</h1>\n");
  }

  /** A table of names and values. */
  public Page facts(Map<String, ?> facts) {
    body.append("<table>\n");
    facts.forEach((name, value) -> row("td", List.of(name, value.toString())));
    body.append("</table>\n");
    return this;
  }

  /** How close the outputs are. */
  public Page outputs(List<OutputError> outputs, String on) {
    heading("Outputs against the float model, " + on);
    body.append("<table>\n");
    row(
        "th",
        List.of(
            "Output", "Vectors", "Cosine, mean", "1st percentile", "Worst", "Max abs", "Equal"));
    for (OutputError o : outputs) {
      boolean whole = !Double.isNaN(o.agreement());
      row(
          "td",
          List.of(
              o.name(),
              Long.toString(o.vectors()),
              whole ? "" : BuildTables.format("%.5f", o.mean()),
              whole ? "" : BuildTables.format("%.5f", o.low()),
              whole ? "" : BuildTables.format("%.5f", o.worst()),
              BuildTables.format("%.4g", o.maxAbs()),
              whole ? BuildTables.format("%.3f %%", 100 * o.agreement()) : ""));
    }
    body.append("</table>\n");
    return this;
  }

  /** How errors add up. */
  public Page plot(List<LayerPrecision> layers) {
    heading("1 − cosine, layer by layer, end to end");
    body.append(
        "<p>Red: products of integers; grey: what is computed in float; the line: the worst of each"
            + " block.</p>\n");
    body.append(ErrorPlot.svg(layers)).append('\n');
    return this;
  }

  /** What became of the products, and of those that went back to float. */
  public Page products(QuantizedModel model) {
    heading("Products");
    body.append("<table>\n");
    row("th", List.of("Product", "K×N", "Computes in", "Smoothing", "Error"));
    for (Site s : model.sites()) {
      boolean q = s.isQuantized();
      row(
          "td",
          List.of(
              s.layer(),
              s.depth() + "×" + s.columns(),
              q ? s.grade().toString().toLowerCase(java.util.Locale.ROOT) : "f32: " + s.why(),
              q && s.source() != null ? BuildTables.format("%.2f", s.strength()) : "",
              q ? BuildTables.format("%.5f", s.error()) : ""));
    }
    body.append("</table>\n");
    if (!model.ladder().isEmpty()) {
      heading("Back to float");
      body.append("<table>\n");
      row("th", List.of("Site", "Cosine of the outputs then"));
      for (Rung r : model.ladder()) {
        row(
            "td",
            List.of(
                r.site() == null ? "(none)" : r.site(), BuildTables.format("%.6f", r.cosine())));
      }
      body.append("</table>\n");
    }
    return this;
  }

  /** Pictures side by side, each with a line below. */
  public Page pictures(String heading, List<Map<String, Image>> rows) {
    if (rows.isEmpty()) {
      return this;
    }
    heading(heading);
    for (Map<String, Image> row : rows) {
      body.append("<div class='row'>\n");
      row.forEach(
          (caption, image) ->
              body.append("<figure><img alt='")
                  .append(escaped(caption))
                  .append("' src='data:image/png;base64,")
                  .append(Base64.getEncoder().encodeToString(ImageWriter.png(small(image))))
                  .append("'><figcaption>")
                  .append(escaped(caption))
                  .append("</figcaption></figure>\n"));
      body.append("</div>\n");
    }
    return this;
  }

  private static Image small(Image image) {
    if (image.width() <= WIDEST) {
      return image;
    }
    int height = Math.max(1, (int) ((long) image.height() * WIDEST / image.width()));
    return Pillow.BILINEAR.resize(image, height, WIDEST);
  }

  private void heading(String text) {
    body.append("<h2>").append(escaped(text)).append("</h2>\n");
  }

  private void row(String tag, List<String> cells) {
    List<String> marked = new ArrayList<>();
    cells.forEach(c -> marked.add("<" + tag + ">" + escaped(c) + "</" + tag + ">"));
    body.append("<tr>").append(String.join("", marked)).append("</tr>\n");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&quot;");
  }

  /** The page's HTML. */
  public String html() {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title><style>
        %s</style></head><body>
        %s</body></html>
        """
        .formatted(escaped(title), STYLE, body);
  }
}
