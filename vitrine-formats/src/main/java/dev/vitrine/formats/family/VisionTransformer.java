package dev.vitrine.formats.family;

import dev.vitrine.formats.ModelInfo.Task;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The plain vision transformer: patches and a few learned tokens through pre-norm blocks
 * (Dosovitskiy et al. 2021), with what later models added: a distillation token, registers, layer
 * scale, SwiGLU.
 *
 * @param registers the name of the register tokens
 * @param epsilon of all layer norms
 * @param positions how position embeddings are resized
 * @param preprocessing null when models of the kind differ in it
 * @param family adds to {@link #config()} what only the family has
 */
record VisionTransformer(
    Weights weights,
    String title,
    int heads,
    String registers,
    float epsilon,
    PositionGrid positions,
    Head head,
    Preprocessing preprocessing,
    Consumer<Map<String, Object>> family)
    implements Architecture {
  /** How logits come from the tokens after the final norm. */
  enum Head {
    NONE,
    /** From the class token. */
    CLASS,
    /** The mean of what the class token and the distillation token give. */
    DISTILLED,
    /** From the mean of the patches, normalised after that. */
    MEAN,
    /** From the class token beside the mean of the patches. */
    CLASS_AND_MEAN,
    /** As above with the class tokens of the last four blocks. */
    FOUR_CLASSES_AND_MEAN
  }

  VisionTransformer {
    if (width(weights) % heads != 0) {
      throw weights.fault("pos_embed", "has a width that " + heads + " heads don't divide");
    }
  }

  static int width(Weights weights) {
    return weights.size("pos_embed", 2);
  }

  static int depth(Weights weights) {
    return weights.count("blocks.#.norm1.weight", 0);
  }

  static boolean fits(Weights weights, HubConfig config) {
    return config.agrees("hidden_size", width(weights))
        && config.agrees("num_hidden_layers", depth(weights));
  }

  /** The side of the square grid that the position embeddings are for. */
  static int grid(Weights weights) {
    int positions = weights.size("pos_embed", 1);
    int side = (int) Math.sqrt(positions);
    int first = positions - side * side;
    int tokens = 1 + (weights.has("dist_token") ? 1 : 0);
    if (first != 0 && first != tokens) {
      throw weights.fault("pos_embed", "has " + positions + " positions, which are no square grid");
    }
    return side;
  }

  @Override
  public Task task() {
    return head == Head.NONE ? Task.FEATURES : Task.CLASSIFICATION;
  }

  @Override
  public int multiple() {
    return weights.size("patch_embed.proj.weight", 2);
  }

  @Override
  public int side() {
    return grid(weights) * multiple();
  }

  /** The keys that all models of the kind have. */
  @Override
  public Map<String, Object> config() {
    Map<String, Object> c = new TreeMap<>();
    c.put("hidden_act", "gelu");
    c.put("hidden_size", width(weights));
    c.put("image_size", side());
    c.put("layer_norm_eps", epsilon);
    c.put("num_attention_heads", heads);
    c.put("num_channels", weights.size("patch_embed.proj.weight", 1));
    c.put("num_hidden_layers", depth(weights));
    c.put("patch_size", multiple());
    c.put("qkv_bias", weights.has("blocks.0.attn.qkv.bias"));
    String last = weights.has("linear_head.weight") ? "linear_head.weight" : "head.weight";
    if (weights.has(last)) {
      c.put("num_labels", weights.size(last, 0));
    }
    family.accept(c);
    return c;
  }

  @Override
  public int hidden() {
    return depth(weights) + 1;
  }

  @Override
  public List<String> outputs() {
    List<String> names = new ArrayList<>();
    if (head != Head.NONE) {
      names.add("logits");
    }
    names.addAll(List.of("cls", "patch"));
    if (weights.has(registers)) {
      names.add("registers");
    }
    if (weights.has("dist_token")) {
      names.add("dist");
    }
    names.add("prenorm");
    return names;
  }

  @Override
  public List<String> defaultOutputs() {
    return head == Head.NONE ? List.of("cls", "patch") : List.of("logits");
  }

  @Override
  public void build(GraphBuilder b, Value input) {
    Value x = embed(b, input);
    int first = learned().size();
    List<Value> states = new ArrayList<>();
    for (int i = 0; ; i++) {
      Value state = x;
      states.add(state);
      b.offer("hidden." + i, () -> state);
      if (i == depth(weights)) {
        break;
      }
      if (b.isDone()) {
        return;
      }
      x = block(b, x, "blocks." + i + ".");
    }
    Value last = x;
    b.offer("prenorm", () -> last);
    if (b.isDone()) {
      return;
    }
    // A model that normalises the patches' mean has no norm before it.
    boolean bare = weights.has("fc_norm.weight") && !weights.has("norm.weight");
    Value norm = bare ? x : b.layerNorm(x, "norm", epsilon);
    long tokens = norm.shape().size(1);
    b.offer("cls", () -> b.token(norm, 0));
    b.offer("dist", () -> b.token(norm, 1));
    b.offer("registers", () -> b.slice(norm, 1, first - registerCount(), first));
    b.offer("patch", () -> b.slice(norm, 1, first, tokens));
    b.offer("logits", () -> logits(b, norm, first, states));
  }

  /** The tokens that stand before the patches, by name, in order. */
  private List<String> learned() {
    List<String> names = new ArrayList<>(List.of("cls_token"));
    if (weights.has("dist_token")) {
      names.add("dist_token");
    }
    for (int i = 0; i < registerCount(); i++) {
      names.add(registers);
    }
    return names;
  }

  private int registerCount() {
    return weights.has(registers) ? weights.size(registers, 1) : 0;
  }

  /** Learned tokens and patches, each with its position. */
  private Value embed(GraphBuilder b, Value input) {
    int width = width(weights);
    int patch = multiple();
    long rows = input.shape().size(2) / patch;
    long columns = input.shape().size(3) / patch;
    Value patches = b.tokens(b.conv(input, "patch_embed.proj", patch, 0, 1));
    float[] all = weights.f32("pos_embed").toFloats();
    int grid = grid(weights);
    int withPosition = all.length / width - grid * grid;
    float[] resized =
        positions.resize(
            Arrays.copyOfRange(all, withPosition * width, all.length),
            grid,
            width,
            Math.toIntExact(rows),
            Math.toIntExact(columns));
    Value position =
        b.graph.constant("pos_embed", Tensor.f32(Shape.of(1, rows * columns, width), resized));
    Tensor before = beforePatches(all, withPosition, width);
    return b.concat(1, b.forEach(input, "tokens", before), b.add(patches, position));
  }

  /** Class and distillation token, with their positions if they have any, and registers. */
  private Tensor beforePatches(float[] positions, int withPosition, int width) {
    int count = learned().size();
    float[] out = new float[count * width];
    int at = 0;
    for (String name : learned().stream().distinct().toList()) {
      float[] token = weights.f32(name).toFloats();
      System.arraycopy(token, 0, out, at, token.length);
      at += token.length;
    }
    for (int i = 0; i < withPosition * width; i++) {
      out[i] += positions[i];
    }
    return Tensor.f32(Shape.of(1, count, width), out);
  }

  private Value block(GraphBuilder b, Value x, String block) {
    Value qkv = b.linear(b.layerNorm(x, block + "norm1", epsilon), block + "attn.qkv");
    List<Value> parts = b.split(qkv, 3);
    Value heard =
        b.attention(parts.get(0), parts.get(1), parts.get(2), heads, UnaryOperator.identity());
    Value y = b.add(x, scaled(b, b.linear(heard, block + "attn.proj"), block + "ls1.gamma"));
    Value z = mlp(b, b.layerNorm(y, block + "norm2", epsilon), block + "mlp.");
    return b.add(y, scaled(b, z, block + "ls2.gamma"));
  }

  private Value scaled(GraphBuilder b, Value x, String gamma) {
    return weights.has(gamma) ? b.mul(x, b.weight(gamma)) : x;
  }

  /** Two layers with GELU between them, or gated: the first layer gives gate and value at once. */
  private Value mlp(GraphBuilder b, Value x, String mlp) {
    boolean split = weights.has(mlp + "w12.weight");
    Value wide = b.linear(x, mlp + (split ? "w12" : "fc1"));
    String last = mlp + (split ? "w3" : "fc2");
    if (wide.shape().size(-1) == 2 * weights.shape(last + ".weight").size(1)) {
      List<Value> parts = b.split(wide, 2);
      return b.linear(b.mul(b.silu(parts.get(0)), parts.get(1)), last);
    }
    return b.linear(b.gelu(wide), last);
  }

  private Value logits(GraphBuilder b, Value norm, int first, List<Value> states) {
    Value patches = b.slice(norm, 1, first, norm.shape().size(1));
    return switch (head) {
      case NONE -> throw new IllegalStateException("no head");
      case CLASS -> b.linear(b.token(norm, 0), "head");
      case DISTILLED ->
          b.scaled(
              b.add(b.linear(b.token(norm, 0), "head"), b.linear(b.token(norm, 1), "head_dist")),
              0.5);
      case MEAN -> b.linear(b.layerNorm(b.mean(patches), "fc_norm", epsilon), "head");
      case CLASS_AND_MEAN ->
          b.linear(b.concat(-1, b.token(norm, 0), b.mean(patches)), "linear_head");
      case FOUR_CLASSES_AND_MEAN -> {
        List<Value> parts = new ArrayList<>();
        for (Value state : states.subList(states.size() - 4, states.size() - 1)) {
          parts.add(b.token(b.layerNorm(state, "norm", epsilon), 0));
        }
        parts.add(b.token(norm, 0));
        parts.add(b.mean(patches));
        yield b.linear(b.concat(-1, parts.toArray(Value[]::new)), "linear_head");
      }
    };
  }
}
