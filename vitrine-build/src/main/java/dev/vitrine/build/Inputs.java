package dev.vitrine.build;

import dev.vitrine.build.config.BuildConfig;
import dev.vitrine.build.config.InputProcessor;
import dev.vitrine.build.config.InputProcessor.ColorSpace;
import dev.vitrine.build.config.InputProcessor.ExtraShape;
import dev.vitrine.build.config.InputProcessor.Layout;
import dev.vitrine.build.config.QuantConfig.Format;
import dev.vitrine.build.config.QuantConfig.InputConfig;
import dev.vitrine.build.data.CalibrationData;
import dev.vitrine.build.data.PictureForm;
import dev.vitrine.build.data.PictureForm.Order;
import dev.vitrine.compiler.check.RandomInputs;
import dev.vitrine.formats.ModelInfo;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Graph;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Suggestions;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.TensorType;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.VitrineException;
import dev.vitrine.vision.Preprocessor;
import dev.vitrine.vision.image.ImageReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The model's inputs: how pictures become them, and what programs hand over in their place. */
final class Inputs {
  private static final String ALL = "DEFAULT";

  private final BuildConfig config;
  private final Environment environment;
  private final ModelInfo info;
  private final Map<String, TensorType> types;

  Inputs(BuildConfig config, Frontend frontend, Environment environment) {
    this(config, frontend.source().info(), frontend.inputs(), environment);
  }

  private Inputs(
      BuildConfig config, ModelInfo info, Map<String, TensorType> types, Environment environment) {
    this.config = config;
    this.environment = environment;
    this.info = info;
    this.types = types;
  }

  /**
   * Looks at the processors before anything is done.
   *
   * @throws VitrineException when one names no input, or can't be
   */
  void check() {
    for (InputProcessor p : config.inputProcessors()) {
      if (!p.tensorName().equals(ALL) && !types.containsKey(p.tensorName())) {
        throw new VitrineException(
            "input_processors: "
                + Suggestions.unknown("input", p.tensorName(), types.keySet()).getMessage());
      }
    }
    types.keySet().stream()
        .filter(i -> processor(i) != null)
        .forEach(i -> head(new Graph(), i).check());
  }

  /** Further shapes that are stated for an input. */
  List<ExtraShape> extraShapes(String input) {
    InputProcessor p = processor(input);
    return p == null ? List.of() : p.srcExtraShapes();
  }

  /** A shape that is stated in the order of the model or of what is handed over, as the model's. */
  Shape modelShape(String input, Shape stated) {
    Shape own = types.get(input).shape();
    InputProcessor p = processor(input);
    if (stated.rank() == 4 && own.rank() == 4) {
      int channels = p.tensorLayout() == Layout.NHWC ? 3 : 1;
      boolean otherwise =
          !stated.dim(channels).equals(own.dim(channels))
              && stated.dim(4 - channels).equals(own.dim(channels));
      if (otherwise) {
        int[] order = channels == 1 ? new int[] {0, 3, 1, 2} : new int[] {0, 2, 3, 1};
        return new Shape(Arrays.stream(order).mapToObj(stated::dim).toList());
      }
    }
    if (stated.rank() != own.rank()) {
      throw new VitrineException(
          "input_processors: src_extra_shapes of '%s' has %s, but the model's input is %s"
              .formatted(input, stated, own));
    }
    return stated;
  }

  /** The same inputs at other sizes. */
  Inputs resized(Map<String, Shape> sizes) {
    Map<String, TensorType> other = new LinkedHashMap<>();
    types.forEach((name, t) -> other.put(name, t.with(sizes.get(name))));
    return new Inputs(config, info, other, environment);
  }

  private InputHead head(Graph graph, String input) {
    PictureForm form = form(input, data(input));
    return new InputHead(graph, input, processor(input), form, !config.vitrine().noSwap());
  }

  private InputProcessor processor(String input) {
    return config.inputProcessors().stream()
        .filter(p -> p.tensorName().equals(input))
        .findFirst()
        .or(
            () ->
                config.inputProcessors().stream()
                    .filter(p -> p.tensorName().equals(ALL))
                    .findFirst())
        .orElse(null);
  }

  private InputConfig data(String input) {
    List<InputConfig> all = config.quant().inputConfigs();
    return all.stream()
        .filter(c -> c.tensorName().equals(input))
        .findFirst()
        .or(() -> all.stream().filter(c -> c.tensorName().equals(ALL)).findFirst())
        .orElse(null);
  }

  CalibrationData calibration(Path folder) {
    return CalibrationData.open(
        types, config.quant().inputConfigs(), environment::find, this::calibrationForm, folder);
  }

  /** How calibration pictures become the input: always with the calibration's own numbers. */
  private PictureForm calibrationForm(String input, InputConfig c) {
    return form(input, c.calibrationMean(), c.calibrationStd());
  }

  /** How pictures become the input at run time; {@code data} may be null. */
  private PictureForm form(String input, InputConfig data) {
    InputProcessor p = processor(input);
    List<Double> mean = data == null ? List.of() : data.calibrationMean();
    List<Double> std = data == null ? List.of() : data.calibrationStd();
    return form(
        input,
        p == null || p.mean().isEmpty() ? mean : p.mean(),
        p == null || p.std().isEmpty() ? std : p.std());
  }

  private PictureForm form(String input, List<Double> mean, List<Double> std) {
    InputProcessor p = processor(input);
    TensorType type = types.get(input);
    boolean last = p != null && p.tensorLayout() == Layout.NHWC;
    try {
      return new PictureForm(type, last, order(p, type, last), mean, std, interpolation());
    } catch (VitrineException e) {
      throw new VitrineException("input '" + input + "': " + e.getMessage(), e);
    }
  }

  private static Order order(InputProcessor p, TensorType type, boolean last) {
    ColorSpace said = p == null ? ColorSpace.AutoColorSpace : p.tensorFormat();
    return switch (said) {
      case RGB -> Order.RGB;
      case BGR -> Order.BGR;
      case GRAY -> Order.GRAY;
      case AutoColorSpace -> {
        Shape s = type.shape();
        boolean single = s.rank() == 4 && s.size(last ? 3 : 1) == 1;
        yield single ? Order.GRAY : Order.RGB;
      }
      default ->
          throw new VitrineException("tensor_format is " + said + "; it is RGB, BGR or GRAY");
    };
  }

  /** As the model states it, else as pictures go to models that state nothing. */
  private Interpolation interpolation() {
    Preprocessing stated = info.preprocessing();
    return stated == null ? Interpolation.BICUBIC : stated.interpolation();
  }

  /**
   * What was put at the head of a graph.
   *
   * @param lines about the operations
   * @param preprocessing how any picture becomes the input now; null when not known
   */
  record Attached(List<String> lines, Preprocessing preprocessing) {}

  /** Puts the processors at the head of a graph. */
  Attached attach(Graph graph) {
    List<String> lines = new ArrayList<>();
    Preprocessing how = null;
    for (String input : types.keySet()) {
      InputProcessor p = processor(input);
      if (p == null) {
        how = data(input) == null ? info.preprocessing() : stated(input);
        continue;
      }
      InputHead head = head(graph, input);
      lines.add("preprocess tensor [" + input + "]");
      lines.addAll(head.attach());
      how = head.preprocessing();
    }
    return new Attached(lines, types.size() == 1 ? how : null);
  }

  /** For an input that stays floating: the calibration's numbers, if it is on pictures. */
  private Preprocessing stated(String input) {
    InputConfig c = data(input);
    if (c.calibrationFormat() != Format.Image) {
      return info.preprocessing();
    }
    PictureForm form = calibrationForm(input, c);
    if (form.order() == Order.GRAY || form.channelsLast()) {
      return null;
    }
    boolean bgr = form.order() == Order.BGR;
    return new Preprocessing(
        form.height(),
        form.width(),
        0,
        form.interpolation(),
        1,
        bgr ? form.mean().reversed() : form.mean(),
        bgr ? form.std().reversed() : form.std(),
        bgr);
  }

  /** The model's description with what became of its input. */
  ModelInfo info(Attached attached) {
    return new ModelInfo(
        info.name(),
        info.family(),
        info.architecture(),
        info.task(),
        info.parameters(),
        info.weights(),
        info.licence(),
        attached.preprocessing(),
        info.labels());
  }

  /** What a program hands over for the first calibration sample; random where there is none. */
  Map<String, Tensor> handedOver(Graph graph, CalibrationData data) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Map<String, Tensor> sample = data == null ? Map.of() : data.sample(0);
    for (Value v : graph.inputs()) {
      Tensor t = sample.get(v.name());
      out.put(
          v.name(),
          t != null && t.type().equals(v.type()) && processor(v.name()) == null
              ? t
              : pixels(v, data));
    }
    return out;
  }

  private Tensor pixels(Value v, CalibrationData data) {
    CalibrationData.Part part = data == null ? null : data.parts().get(v.name());
    InputProcessor p = processor(v.name());
    if (part == null || part.form() == null || p == null) {
      return v.dtype() == DType.U8
          ? bytes(v.type())
          : RandomInputs.tensor(v.type(), new SplittableRandom(1));
    }
    Preprocessing how = head(new Graph(), v.name()).preprocessing();
    if (how == null) {
      return bytes(v.type());
    }
    return new Preprocessor(how).apply(ImageReader.read(part.files().getFirst()), v.type());
  }

  private static Tensor bytes(TensorType type) {
    Tensor t = Tensor.zeros(type);
    SplittableRandom random = new SplittableRandom(1);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, (long) random.nextInt(256));
    }
    return t;
  }
}
