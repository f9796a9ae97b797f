package dev.vitrine.build.report;

import dev.vitrine.compiler.quantize.LayerPrecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plot, as SVG, of how errors add up: 1 − cosine of each layer, block after block. */
final class ErrorPlot {
  private static final int WIDTH = 920;
  private static final int HEIGHT = 300;
  private static final int LEFT = 60;
  private static final int BOTTOM = 40;
  private static final int TOP = 12;
  private static final double LEAST = 1e-7;
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:blocks?|layers?|stages?)[._/](\\d+)(?:[._/](?:blocks?|layers?)[._/](\\d+))?");

  private ErrorPlot() {}

  static String svg(List<LayerPrecision> layers) {
    Map<String, List<LayerPrecision>> blocks = blocks(layers);
    StringBuilder s = new StringBuilder();
    s.append(
        "<svg viewBox='0 0 %d %d' role='img' aria-label='error by block'>\n"
            .formatted(WIDTH, HEIGHT));
    for (int power = -7; power <= 0; power++) {
      double y = y(Math.pow(10, power));
      s.append(
          "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>".formatted(LEFT, WIDTH, y, y));
      s.append(
          "<text class='tick' x='%d' y='%.1f'>1e%d</text>\n".formatted(LEFT - 8, y + 4, power));
    }
    double slot = (double) (WIDTH - LEFT) / Math.max(1, blocks.size());
    StringBuilder line = new StringBuilder();
    int index = 0;
    for (Map.Entry<String, List<LayerPrecision>> block : blocks.entrySet()) {
      double left = LEFT + slot * index++;
      List<LayerPrecision> in = block.getValue();
      int worst = 0;
      for (int i = 0; i < in.size(); i++) {
        s.append(point(in.get(i), left + slot * (i + 0.5) / in.size()));
        worst = in.get(i).cosine() < in.get(worst).cosine() ? i : worst;
      }
      double x = left + slot * (worst + 0.5) / in.size();
      line.append(BuildTables.format("%.1f,%.1f ", x, y(1 - in.get(worst).cosine())));
      s.append(
          "<text class='block' x='%s' y='%d'>%s</text>\n"
              .formatted(
                  BuildTables.format("%.1f", left + slot / 2),
                  HEIGHT - BOTTOM + 18,
                  Page.escaped(block.getKey())));
    }
    s.append("<polyline points='").append(line.toString().strip()).append("'/>\n");
    s.append("<text class='block' x='%d' y='%d'>block</text>".formatted(WIDTH / 2, HEIGHT - 4));
    return s.append("</svg>").toString();
  }

  private static String point(LayerPrecision l, double x) {
    double error = 1 - l.cosine();
    return BuildTables.format(
        "<circle class='%s' cx='%.1f' cy='%.1f' r='2.6'><title>%s: 1 − cosine %.2e</title></circle>\n",
        l.quantized() ? "integer" : "float", x, y(error), Page.escaped(l.operator()), error);
  }

  private static double y(double error) {
    double share = Math.log10(Math.clamp(error, LEAST, 1.0) / LEAST) / -Math.log10(LEAST);
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  /** Layers by the number of the block in their names; what comes between belongs to the last. */
  private static Map<String, List<LayerPrecision>> blocks(List<LayerPrecision> layers) {
    Map<String, List<LayerPrecision>> out = new LinkedHashMap<>();
    String current = "";
    for (LayerPrecision l : layers) {
      Matcher m = BLOCK.matcher(l.operator() + " " + l.output());
      if (m.find()) {
        current = m.group(1) + (m.group(2) == null ? "" : "." + m.group(2));
      }
      out.computeIfAbsent(current, _ -> new ArrayList<>()).add(l);
    }
    return out;
  }
}
