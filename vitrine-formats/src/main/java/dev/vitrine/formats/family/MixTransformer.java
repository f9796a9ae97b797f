package dev.vitrine.formats.family;

import dev.vitrine.formats.ModelInfo.Task;
import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.graph.Value;
import dev.vitrine.graph.op.BatchNormalization;
import dev.vitrine.graph.op.Relu;
import dev.vitrine.graph.op.Resize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The forward pass of SegFormer: four stages of overlapping patches and blocks whose keys and
 * values are reduced, then a head that brings all stages to the first one's size.
 *
 * @param heads by stage
 * @param strides of the patches, by stage
 * @param epsilon of the norms in blocks and after stages
 */
record MixTransformer(Weights weights, int[] heads, int[] strides, float epsilon)
    implements Architecture {
  /** Of the other norms. */
  private static final float EPSILON = 1e-5f;

  private static final int SIDE = 512;

  /** By the first stage's width and the stages' depths. */
  private static final Map<String, String> SIZES =
      Map.of(
          "32[2, 2, 2, 2]", "B0",
          "64[2, 2, 2, 2]", "B1",
          "64[3, 4, 6, 3]", "B2",
          "64[3, 4, 18, 3]", "B3",
          "64[3, 8, 27, 3]", "B4",
          "64[3, 6, 40, 3]", "B5");

  private boolean segments() {
    return weights.has("decode_head.linear_pred.weight");
  }

  private int stages() {
    return strides.length;
  }

  private int depth(int stage) {
    return weights.count("block" + (stage + 1) + ".#.norm1.weight", 0);
  }

  @Override
  public String title() {
    List<Integer> depths = new ArrayList<>();
    for (int i = 0; i < stages(); i++) {
      depths.add(depth(i));
    }
    int width = weights.size("norm1.weight", 0);
    return (segments() ? "SegFormer-" : "MiT-")
        + SIZES.getOrDefault("" + width + depths, "" + width);
  }

  @Override
  public Task task() {
    if (segments()) {
      return Task.SEGMENTATION;
    }
    return weights.has("head.weight") ? Task.CLASSIFICATION : Task.FEATURES;
  }

  @Override
  public int multiple() {
    return 1;
  }

  @Override
  public int side() {
    return segments() ? SIDE : 224;
  }

  @Override
  public Preprocessing preprocessing() {
    return Preprocessing.imagenet(side(), side(), Interpolation.BILINEAR);
  }

  @Override
  public Map<String, Object> config() {
    List<Integer> depths = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    List<Integer> patches = new ArrayList<>();
    List<Integer> ratios = new ArrayList<>();
    List<Integer> reductions = new ArrayList<>();
    for (int i = 0; i < stages(); i++) {
      String block = "block" + (i + 1) + ".0.";
      int width = weights.size(block + "norm1.weight", 0);
      String reduction = block + "attn.sr.weight";
      depths.add(depth(i));
      widths.add(width);
      patches.add(weights.size("patch_embed" + (i + 1) + ".proj.weight", 2));
      ratios.add(weights.size(block + "mlp.fc1.weight", 0) / width);
      reductions.add(weights.has(reduction) ? weights.size(reduction, 2) : 1);
    }
    Map<String, Object> c = new TreeMap<>();
    String use =
        switch (task()) {
          case SEGMENTATION -> "ForSemanticSegmentation";
          case CLASSIFICATION -> "ForImageClassification";
          case FEATURES, UNKNOWN -> "Model";
        };
    c.put("architectures", List.of("Segformer" + use));
    c.put("depths", depths);
    c.put("hidden_act", "gelu");
    c.put("hidden_sizes", widths);
    c.put("mlp_ratios", ratios);
    c.put("model_type", "segformer");
    c.put("num_attention_heads", Arrays.stream(heads).boxed().toList());
    c.put("num_channels", weights.size("patch_embed1.proj.weight", 1));
    c.put("num_encoder_blocks", stages());
    c.put("patch_sizes", patches);
    c.put("sr_ratios", reductions);
    c.put("strides", Arrays.stream(strides).boxed().toList());
    String last = segments() ? "decode_head.linear_pred.weight" : "head.weight";
    if (weights.has(last)) {
      c.put("num_labels", weights.size(last, 0));
    }
    if (segments()) {
      c.put("decoder_hidden_size", weights.size("decode_head.linear_c1.proj.weight", 0));
    }
    return c;
  }

  @Override
  public List<String> outputs() {
    return switch (task()) {
      case SEGMENTATION -> List.of("logits");
      case CLASSIFICATION -> List.of("logits", "pooled");
      case FEATURES, UNKNOWN -> List.of("pooled");
    };
  }

  @Override
  public List<String> defaultOutputs() {
    return List.of(outputs().getFirst());
  }

  @Override
  public int hidden() {
    return stages() + 1;
  }

  @Override
  public void build(GraphBuilder b, Value input) {
    Value picture = input;
    List<Value> pictures = new ArrayList<>();
    for (int stage = 0; stage < stages(); stage++) {
      String embed = "patch_embed" + (stage + 1);
      long pad = weights.size(embed + ".proj.weight", 2) / 2;
      Value patches = b.conv(picture, embed + ".proj", strides[stage], pad, 1);
      long rows = patches.shape().size(2);
      long columns = patches.shape().size(3);
      Value x = b.layerNorm(b.tokens(patches), embed + ".norm", EPSILON);
      if (stage == 0) {
        Value embedded = x;
        b.offer("hidden.0", () -> b.picture(embedded, rows, columns));
      }
      for (int i = 0; i < depth(stage); i++) {
        x = block(b, x, rows, columns, stage, "block" + (stage + 1) + "." + i + ".");
      }
      x = b.layerNorm(x, "norm" + (stage + 1), epsilon);
      Value state = b.picture(x, rows, columns);
      b.offer("hidden." + (stage + 1), () -> state);
      if (b.isDone()) {
        return;
      }
      pictures.add(state);
      picture = state;
      if (stage == stages() - 1 && !segments()) {
        Value pooled = b.mean(x);
        b.offer("pooled", () -> pooled);
        b.offer("logits", () -> b.linear(pooled, "head"));
      }
    }
    if (segments()) {
      b.offer("logits", () -> decode(b, pictures));
    }
  }

  private Value block(GraphBuilder b, Value x, long rows, long columns, int stage, String block) {
    Value norm = b.layerNorm(x, block + "norm1", epsilon);
    Value kv = b.linear(reduced(b, norm, rows, columns, block + "attn."), block + "attn.kv");
    List<Value> parts = b.split(kv, 2);
    Value q = b.linear(norm, block + "attn.q");
    Value heard =
        b.attention(q, parts.get(0), parts.get(1), heads[stage], UnaryOperator.identity());
    Value y = b.add(x, b.linear(heard, block + "attn.proj"));
    Value wide = b.linear(b.layerNorm(y, block + "norm2", epsilon), block + "mlp.fc1");
    Value mixed =
        b.conv(
            b.picture(wide, rows, columns),
            block + "mlp.dwconv.dwconv",
            1,
            1,
            wide.shape().size(2));
    return b.add(y, b.linear(b.gelu(b.tokens(mixed)), block + "mlp.fc2"));
  }

  /** Tokens that stand for squares of the others. */
  private Value reduced(GraphBuilder b, Value x, long rows, long columns, String attention) {
    String conv = attention + "sr";
    if (!weights.has(conv + ".weight")) {
      return x;
    }
    int ratio = weights.size(conv + ".weight", 2);
    Value less = b.conv(b.picture(x, rows, columns), conv, ratio, 0, 1);
    return b.layerNorm(b.tokens(less), attention + "norm", EPSILON);
  }

  /** Each stage to one width and the first one's size; fused; classified. */
  private Value decode(GraphBuilder b, List<Value> pictures) {
    long rows = pictures.getFirst().shape().size(2);
    long columns = pictures.getFirst().shape().size(3);
    List<Value> parts = new ArrayList<>();
    for (int i = stages(); i >= 1; i--) {
      Value picture = pictures.get(i - 1);
      Value x = b.linear(b.tokens(picture), "decode_head.linear_c" + i + ".proj");
      parts.add(
          resized(
              b, b.picture(x, picture.shape().size(2), picture.shape().size(3)), rows, columns));
    }
    Value all = b.concat(1, parts.toArray(Value[]::new));
    Value fused = b.conv(all, "decode_head.linear_fuse.conv", 1, 0, 1);
    String norm = "decode_head.linear_fuse.bn.";
    Value normal =
        b.graph.add(
            new BatchNormalization(EPSILON, 0.9f, false),
            fused,
            b.weight(norm + "weight"),
            b.weight(norm + "bias"),
            b.weight(norm + "running_mean"),
            b.weight(norm + "running_var"));
    return b.conv(b.graph.add(new Relu(), normal), "decode_head.linear_pred", 1, 0, 1);
  }

  private static Value resized(GraphBuilder b, Value picture, long rows, long columns) {
    if (picture.shape().size(2) == rows && picture.shape().size(3) == columns) {
      return picture;
    }
    Resize bilinear =
        new Resize(
            false,
            List.of(2L, 3L),
            Resize.Coordinates.HALF_PIXEL,
            -0.75f,
            false,
            0,
            Resize.AspectRatio.STRETCH,
            Resize.Mode.LINEAR,
            Resize.Nearest.ROUND_PREFER_FLOOR);
    return b.graph
        .node(
            "",
            bilinear,
            Arrays.asList(picture, null, null, b.ints(rows, columns)),
            List.of(b.graph.freshName("resize")))
        .output();
  }
}
