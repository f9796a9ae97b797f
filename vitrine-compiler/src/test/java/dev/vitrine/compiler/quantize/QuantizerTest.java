package dev.vitrine.compiler.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.compiler.fused.Grade;
import dev.vitrine.compiler.fused.QuantizedAttention;
import dev.vitrine.compiler.fused.QuantizedLinear;
import dev.vitrine.graph.Evaluator;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.GraphText;
import dev.vitrine.graph.VitrineException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {
  private static long products(Graph g) {
    return g.nodes().stream().filter(n -> n.op() instanceof QuantizedLinear).count();
  }

  private static Site site(QuantizedModel m, String name) {
    return m.sites().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"W8A8, 0.9998", "W7A7, 0.9990"})
  void staysCloseAndLeavesTheHead(Grade grade, double least) {
    Graph g = Blocks.block();
    QuantizedModel m = Blocks.quantize(g, 4, QuantizeOptions.defaults().withGrade(grade));
    assertThat(products(m.graph())).isEqualTo(4);
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(least);
    assertThat(Blocks.cosine(m.graph(), g, "logits")).isGreaterThan(least);
    assertThat(m.sites()).extracting(Site::name).containsExactly("qkv", "r", "h", "y", "logits");
    assertThat(site(m, "logits").why()).isEqualTo("a head");
    assertThat(m.sites().subList(0, 4)).allMatch(Site::isQuantized);
  }

  @Test
  void channelThatStandsOutIsSmoothed() {
    Graph g = Blocks.block();
    QuantizeOptions options = QuantizeOptions.defaults();
    QuantizedModel on = Blocks.quantize(g, 4, options);
    QuantizedModel off = Blocks.quantize(g, 4, options.withSmoothing(Smoothing.OFF));
    assertThat(site(on, "qkv").source()).isEqualTo("n1");
    assertThat(site(on, "qkv").strength()).isPositive();
    assertThat(site(off, "qkv").strength()).isZero();
    assertThat(site(on, "qkv").error()).isLessThan(0.71 * site(off, "qkv").error());
    assertThat(Blocks.cosine(on.graph(), g, "y")).isGreaterThan(0.9999);
  }

  /**
   * Even channels differ in what the calibration's rows happen to hold, which is nothing to fit.
   */
  @Test
  void evenChannelsAreLeftAlone() {
    QuantizedModel m = Blocks.quantize(Blocks.block(), 1, QuantizeOptions.defaults());
    assertThat(site(m, "qkv").strength()).isPositive();
    assertThat(site(m, "h").source()).isEqualTo("n2");
    assertThat(site(m, "h").strength()).isZero();
    assertThat(site(m, "r").strength()).isZero();
  }

  /** Dividing columns of the values leaves the float model what it was. */
  @Test
  void referenceIsTheFloatModel() {
    Graph g = Blocks.block();
    QuantizedModel m =
        Blocks.quantize(g, 4, QuantizeOptions.defaults().withSmoothing(Smoothing.fixed(1, 0.5)));
    assertThat(site(m, "r").source()).isEqualTo("qkv[64…]");
    assertThat(site(m, "r").strength()).isEqualTo(0.5);
    assertThat(Blocks.cosine(m.reference(), g, "y")).isGreaterThan(1 - 1e-10);
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(0.9998);
  }

  @Test
  void attentionIsLeftAloneAtLevelZero() {
    QuantizedModel m =
        Blocks.quantize(Blocks.block(), 2, QuantizeOptions.defaults().withTransformerLevel(0));
    assertThat(site(m, "r").source()).isNull();
    assertThat(site(m, "qkv").source()).isEqualTo("n1");
  }

  @Test
  void attentionOnBytesAtLevelTwo() {
    Graph g = Blocks.block();
    QuantizedModel m = Blocks.quantize(g, 2, QuantizeOptions.defaults().withTransformerLevel(2));
    assertThat(m.graph().value("a").producer().op()).isEqualTo(new QuantizedAttention(2, 0.25f));
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(0.999);
    Graph floats = m.graph().copy();
    Dequantizer.dequantize(floats);
    assertThat(Dequantizer.isQuantized(floats)).isFalse();
    assertThat(Blocks.cosine(floats, g, "y")).isGreaterThan(0.9999);
  }

  @Test
  void thresholdKeepsEvenChannelsOut() {
    Smoothing outliersOnly = Smoothing.fixed(0.2, 0.6);
    QuantizedModel m =
        Blocks.quantize(Blocks.block(), 4, QuantizeOptions.defaults().withSmoothing(outliersOnly));
    assertThat(site(m, "qkv").strength()).isEqualTo(0.6);
    assertThat(site(m, "h").strength()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Ranges.class)
  void ranges(Ranges ranges) {
    Graph g = Blocks.block();
    QuantizedModel m = Blocks.quantize(g, 4, QuantizeOptions.defaults().withRanges(ranges));
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(0.995);
  }

  /** Codes of seven bits end at 127 although their type goes on. */
  @Test
  void rangeOfSevenBits() {
    Graph g = Blocks.block();
    QuantizeOptions options = QuantizeOptions.defaults().withRanges(Ranges.PERCENTILE);
    QuantizedModel m = Blocks.quantize(g, 2, options.withGrade(Grade.W7A7));
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(0.98);
  }

  @Test
  void withoutSamples() {
    Graph g = Blocks.block();
    QuantizedModel m = Blocks.quantize(g, 0, QuantizeOptions.defaults());
    assertThat(products(m.graph())).isEqualTo(4);
    assertThat(Blocks.cosine(m.graph(), g, "y")).isGreaterThan(0.999);
    assertThatThrownBy(
            () -> Blocks.quantize(g, 0, QuantizeOptions.defaults().withRanges(Ranges.MSE)))
        .isInstanceOf(VitrineException.class)
        .hasMessageContaining("need calibration samples");
  }

  @Test
  void sameEveryTime() {
    QuantizedModel a = Blocks.quantize(Blocks.block(), 3, QuantizeOptions.defaults());
    QuantizedModel b = Blocks.quantize(Blocks.block(), 3, QuantizeOptions.defaults());
    assertThat(GraphText.print(a.graph())).isEqualTo(GraphText.print(b.graph()));
    assertThat(a.sites()).isEqualTo(b.sites());
  }

  private static QuantizedModel with(LayerConfig... configs) {
    return Blocks.quantize(
        Blocks.block(), 1, QuantizeOptions.defaults().withLayers(List.of(configs)));
  }

  private static LayerConfig config(Selector selector, DataType type) {
    return new LayerConfig(selector, type, DataType.S8);
  }

  @Test
  void layersByNameGoBeforeSubgraphs() {
    QuantizedModel m =
        with(
            config(new Selector.Between(List.of("n1"), List.of("a")), DataType.FP32),
            config(new Selector.Between(List.of("n2"), List.of("DEFAULT")), DataType.U16),
            config(new Selector.Names(List.of("h", "logits")), DataType.U8));
    assertThat(m.sites())
        .filteredOn(Site::isQuantized)
        .extracting(Site::name)
        .containsExactly("r", "h", "logits");
    assertThat(site(m, "y").why()).isEqualTo("its configuration");
  }

  @Test
  void layersByOperation() {
    QuantizedModel m = with(config(new Selector.OpTypes(List.of("linear")), DataType.S16));
    assertThat(products(m.graph())).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          names  | qkvs    | there is no layer 'qkvs'; perhaps 'qkv'
          types  | Lineer  | there is no layer of operation 'Lineer'; perhaps 'Linear'
          starts | xx      | there is no tensor 'xx'; perhaps 'x'
          """)
  void selectorsThatMatchNothing(String kind, String name, String message) {
    Selector selector =
        switch (kind) {
          case "names" -> new Selector.Names(List.of(name));
          case "types" -> new Selector.OpTypes(List.of(name));
          default -> new Selector.Between(List.of(name), List.of("DEFAULT"));
        };
    assertThatThrownBy(() -> with(config(selector, DataType.U8)))
        .isInstanceOf(VitrineException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void highestPrecisionIsFloat() {
    QuantizedModel m =
        Blocks.quantize(Blocks.block(), 1, QuantizeOptions.defaults().withHighestPrecision(true));
    assertThat(products(m.graph())).isZero();
    assertThat(m.sites()).noneMatch(Site::isQuantized);
  }

  @Test
  void returnsToFloatUntilTheTargetHolds() {
    Graph g = Blocks.block();
    QuantizeOptions options =
        QuantizeOptions.defaults().withGrade(Grade.W7A7).withSmoothing(Smoothing.OFF);
    double before =
        Blocks.quantize(g, 4, options.withTargetCosine(0.5)).ladder().getFirst().cosine();
    double target = 1 - (1 - before) / 4;
    QuantizedModel m = Blocks.quantize(g, 4, options.withTargetCosine(target));
    assertThat(m.ladder()).hasSizeBetween(2, 5);
    assertThat(m.ladder().getLast().cosine()).isGreaterThanOrEqualTo(target);
    assertThat(m.ladder().get(m.ladder().size() - 2).cosine()).isLessThan(target);
    assertThat(m.ladder().subList(1, m.ladder().size()))
        .isSortedAccordingTo((a, b) -> Double.compare(b.loss(), a.loss()));
    assertThat(products(m.graph())).isEqualTo(4 - (m.ladder().size() - 1));
    assertThat(site(m, m.ladder().get(1).site()).why()).isEqualTo("the target");
  }

  @Test
  void layerByLayerErrorsDontAddUp() {
    QuantizedModel m = Blocks.quantize(Blocks.block(), 4, QuantizeOptions.defaults());
    var samples = Blocks.samples(2);
    List<LayerPrecision> alone =
        PrecisionAnalysis.run(m, samples, PrecisionAnalysis.Method.PER_LAYER, Evaluator::run);
    List<LayerPrecision> together =
        PrecisionAnalysis.run(m, samples, PrecisionAnalysis.Method.END_TO_END, Evaluator::run);
    assertThat(alone).extracting(LayerPrecision::output).containsExactly("qkv", "r", "h", "y");
    assertThat(alone).allMatch(LayerPrecision::quantized);
    assertThat(together)
        .extracting(LayerPrecision::output)
        .containsExactly("n1", "qkv", "q", "k", "v", "a", "r", "n2", "h", "y", "n3", "logits");
    Map<String, Double> mse =
        together.stream().collect(Collectors.toMap(LayerPrecision::output, l -> l.mse()));
    assertThat(mse.get("n1")).isZero();
    assertThat(mse.get("qkv")).isEqualTo(alone.getFirst().mse());
    assertThat(mse.get("y")).isGreaterThan(alone.getLast().mse());
    for (LayerPrecision l : together) {
      assertThat(l.worstCosine()).as(l.output()).isLessThanOrEqualTo(l.cosine() + 1e-12);
    }
  }
}
