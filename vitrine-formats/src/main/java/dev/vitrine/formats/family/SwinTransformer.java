package dev.vitrine.formats.family;

import dev.vitrine.formats.ModelInfo.Task;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.Pad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The forward pass of Swin: blocks whose attention stays inside windows, every second one with the
 * windows shifted, and stages that merge 2 × 2 tokens.
 *
 * <p>Shifting, cutting into windows and padding to whole windows are one gathering of tokens, and
 * its reverse another.
 *
 * @param side height and width that the model was trained with
 */
record SwinTransformer(Weights weights, int stages, int side, float epsilon)
    implements Architecture {
  /** Of the norms outside the blocks. */
  private static final float EPSILON = 1e-5f;

  private static final Map<String, String> TITLES =
      Map.of("96x6", "T", "96x18", "S", "128x18", "B", "192x18", "L");

  /** The side of a block's windows, by the size of its table of (2 · side − 1)² positions. */
  static int window(Weights weights, String block) {
    String table = block + "attn.relative_position_bias_table";
    int rows = weights.size(table, 0);
    int window = ((int) Math.sqrt(rows) + 1) / 2;
    if ((2 * window - 1) * (2 * window - 1) != rows) {
      throw weights.fault(table, "has " + rows + " rows, which are for no square window");
    }
    return window;
  }

  @Override
  public String title() {
    int width = weights.size("patch_embed.proj.weight", 0);
    int depth = stages > 2 ? weights.count("layers.2.blocks.#.norm1.weight", 0) : 0;
    String size = TITLES.getOrDefault(width + "x" + depth, Integer.toString(width));
    return "Swin-%s/%d window %d"
        .formatted(
            size,
            weights.size("patch_embed.proj.weight", 2),
            window(weights, "layers.0.blocks.0."));
  }

  @Override
  public Task task() {
    return weights.has("head.weight") ? Task.CLASSIFICATION : Task.FEATURES;
  }

  @Override
  public int multiple() {
    return 1;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.imagenet(side, side, Interpolation.BICUBIC);
  }

  @Override
  public Map<String, Object> config() {
    List<Integer> depths = new ArrayList<>();
    List<Integer> heads = new ArrayList<>();
    for (int i = 0; i < stages; i++) {
      depths.add(weights.count("layers." + i + ".blocks.#.norm1.weight", 0));
      heads.add(weights.size("layers." + i + ".blocks.0.attn.relative_position_bias_table", 1));
    }
    int width = weights.size("patch_embed.proj.weight", 0);
    Map<String, Object> c = new TreeMap<>();
    String use = weights.has("head.weight") ? "ForImageClassification" : "Model";
    c.put("architectures", List.of("Swin" + use));
    c.put("depths", depths);
    c.put("embed_dim", width);
    c.put("hidden_act", "gelu");
    c.put("image_size", side);
    c.put("layer_norm_eps", epsilon);
    c.put("mlp_ratio", (double) weights.size("layers.0.blocks.0.mlp.fc1.weight", 0) / width);
    c.put("model_type", "swin");
    c.put("num_channels", weights.size("patch_embed.proj.weight", 1));
    c.put("num_heads", heads);
    if (weights.has("head.weight")) {
      c.put("num_labels", weights.size("head.weight", 0));
    }
    c.put("patch_size", weights.size("patch_embed.proj.weight", 2));
    c.put("qkv_bias", weights.has("layers.0.blocks.0.attn.qkv.bias"));
    c.put("use_absolute_embeddings", weights.has("absolute_pos_embed"));
    c.put("window_size", window(weights, "layers.0.blocks.0."));
    return c;
  }

  @Override
  public List<String> outputs() {
    List<String> features = List.of("pooled", "patch");
    if (!weights.has("head.weight")) {
      return features;
    }
    List<String> all = new ArrayList<>(List.of("logits"));
    all.addAll(features);
    return all;
  }

  @Override
  public List<String> defaultOutputs() {
    return List.of(outputs().getFirst());
  }

  @Override
  public int hidden() {
    return stages + 1;
  }

  @Override
  public void build(GraphBuilder b, Value input) {
    int patch = weights.size("patch_embed.proj.weight", 2);
    Value picture = b.conv(padded(b, input, patch), "patch_embed.proj", patch, 0, 1);
    Grid grid = Grid.of(picture.shape().size(2), picture.shape().size(3));
    Value x = embedded(b, b.tokens(picture), grid);
    for (int stage = 0; ; stage++) {
      Value state = x;
      b.offer("hidden." + stage, () -> state);
      if (stage == stages) {
        break;
      }
      if (b.isDone()) {
        return;
      }
      int depth = weights.count("layers." + stage + ".blocks.#.norm1.weight", 0);
      for (int i = 0; i < depth; i++) {
        x = block(b, x, grid, "layers." + stage + ".blocks." + i + ".", i % 2 == 1);
      }
      // timm counts a merge to the stage that it leads to.
      String merge =
          "layers." + (weights.has("layers.0.downsample.norm.weight") ? stage : stage + 1);
      if (stage + 1 < stages) {
        x = merged(b, x, grid, merge + ".downsample.");
        grid = Grid.of((grid.rows + 1) / 2, (grid.columns + 1) / 2);
      }
    }
    if (b.isDone()) {
      return;
    }
    Value norm = b.layerNorm(x, "norm", epsilon);
    Value pooled = b.mean(norm);
    b.offer("patch", () -> norm);
    b.offer("pooled", () -> pooled);
    b.offer("logits", () -> b.linear(pooled, "head"));
  }

  /** Rows and columns of tokens. */
  private record Grid(int rows, int columns) {
    static Grid of(long rows, long columns) {
      return new Grid(Math.toIntExact(rows), Math.toIntExact(columns));
    }

    int tokens() {
      return Math.multiplyExact(rows, columns);
    }
  }

  /** Zeros below and to the right, to whole patches. */
  private static Value padded(GraphBuilder b, Value input, int patch) {
    long below = Math.floorMod(-input.shape().size(2), patch);
    long right = Math.floorMod(-input.shape().size(3), patch);
    if (below == 0 && right == 0) {
      return input;
    }
    return b.graph.add(new Pad(Pad.Mode.CONSTANT), input, b.ints(0, 0, 0, 0, 0, 0, below, right));
  }

  private Value embedded(GraphBuilder b, Value tokens, Grid grid) {
    Value x =
        weights.has("patch_embed.norm.weight")
            ? b.layerNorm(tokens, "patch_embed.norm", EPSILON)
            : tokens;
    if (!weights.has("absolute_pos_embed")) {
      return x;
    }
    int width = weights.size("absolute_pos_embed", 2);
    int trained = (int) Math.sqrt(weights.size("absolute_pos_embed", 1));
    weights.check("absolute_pos_embed", 1, (long) trained * trained, width);
    float[] positions =
        new PositionGrid(false, 0)
            .resize(
                weights.f32("absolute_pos_embed").toFloats(),
                trained,
                width,
                grid.rows,
                grid.columns);
    Shape shape = Shape.of(1, grid.tokens(), width);
    return b.add(x, b.graph.constant("absolute_pos_embed", Tensor.f32(shape, positions)));
  }

  private Value block(GraphBuilder b, Value x, Grid grid, String block, boolean second) {
    int table = window(weights, block);
    boolean single = Math.min(grid.rows, grid.columns) <= table;
    int side = single ? Math.min(grid.rows, grid.columns) : table;
    Windows windows = new Windows(grid.rows, grid.columns, side, single || !second ? 0 : table / 2);
    Value heard = windowAttention(b, b.layerNorm(x, block + "norm1", epsilon), windows, block);
    Value y = b.add(x, heard);
    Value wide = b.linear(b.layerNorm(y, block + "norm2", epsilon), block + "mlp.fc1");
    return b.add(y, b.linear(b.gelu(wide), block + "mlp.fc2"));
  }

  private Value windowAttention(GraphBuilder b, Value x, Windows windows, String block) {
    long width = x.shape().size(2);
    int heads = weights.size(block + "attn.relative_position_bias_table", 1);
    Value tokens = windows.isPadded() ? withZeros(b, x) : x;
    Value ordered = windows.isIdentity() ? tokens : b.gather(tokens, "windows", windows.sources());
    Value inside = b.reshape(ordered, -1, windows.area(), width);
    List<Value> qkv = b.split(b.linear(inside, block + "attn.qkv"), 3);
    Value heard =
        b.attention(qkv.get(0), qkv.get(1), qkv.get(2), heads, bias(b, x, windows, block, heads));
    Value out = b.linear(heard, block + "attn.proj");
    Value flat = b.reshape(out, -1, (long) windows.count() * windows.area(), width);
    return windows.isIdentity() ? flat : b.gather(flat, "positions", windows.places());
  }

  /** One more token, of zeros, for the places that padding adds. */
  private static Value withZeros(GraphBuilder b, Value x) {
    return b.graph.add(new Pad(Pad.Mode.CONSTANT), x, b.ints(0, 0, 0, 0, 1, 0));
  }

  /** Adds the bias by relative position and, in shifted windows, what keeps regions apart. */
  private UnaryOperator<Value> bias(
      GraphBuilder b, Value x, Windows windows, String block, int heads) {
    String table = block + "attn.relative_position_bias_table";
    float[] relative =
        windows.relativeBias(weights.f32(table).toFloats(), window(weights, block), heads);
    int area = windows.area();
    Value bias = b.graph.constant(table, Tensor.f32(Shape.of(1, heads, area, area), relative));
    if (windows.shift() == 0) {
      return scores -> b.add(scores, bias);
    }
    Shape shape = Shape.of(windows.count(), 1, area, area);
    Value mask = b.graph.constant(block + "mask", Tensor.f32(shape, windows.mask()));
    Value both = b.add(bias, mask);
    if (x.shape().dim(0).is(1)) {
      return scores -> b.add(scores, both);
    }
    return scores -> {
      Value byPicture = b.reshape(scores, -1, windows.count(), heads, area, area);
      return b.reshape(b.add(byPicture, both), -1, heads, area, area);
    };
  }

  /** Four neighbours side by side, column by column, then normalised and reduced to half. */
  private static Value merged(GraphBuilder b, Value x, Grid grid, String name) {
    int rows = (grid.rows + 1) / 2;
    int columns = (grid.columns + 1) / 2;
    boolean odd = grid.rows % 2 == 1 || grid.columns % 2 == 1;
    long[] sources = new long[4 * rows * columns];
    for (int i = 0; i < sources.length; i++) {
      int row = i / 4 / columns * 2 + i % 2;
      int column = i / 4 % columns * 2 + i / 2 % 2;
      boolean inside = row < grid.rows && column < grid.columns;
      sources[i] = inside ? (long) row * grid.columns + column : grid.tokens();
    }
    Value tokens = b.gather(odd ? withZeros(b, x) : x, "neighbours", sources);
    Value wide = b.reshape(tokens, 0, (long) rows * columns, 4 * x.shape().size(2));
    return b.linear(b.layerNorm(wide, name + "norm", EPSILON), name + "reduction");
  }
}
