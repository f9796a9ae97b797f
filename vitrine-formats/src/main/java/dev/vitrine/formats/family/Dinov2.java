package dev.vitrine.formats.family;

import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.formats.family.VisionTransformer.Head;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * DINOv2 (Oquab et al. 2023), with and without registers (Darcet et al. 2023), with linear heads.
 */
final class Dinov2 implements Family {
  private static final float EPSILON = 1e-6f;
  private static final int HEAD_WIDTH = 64;

  private static final NameTable NAMES =
      new NameTable()
          .row("cls_token", "embeddings.cls_token")
          .row("mask_token", "embeddings.mask_token")
          .row("register_tokens", "embeddings.register_tokens")
          .row("pos_embed", "embeddings.position_embeddings")
          .row("patch_embed.proj", "embeddings.patch_embeddings.projection")
          .row("blocks.#.norm1", "encoder.layer.#.norm1")
          .row(
              "blocks.#.attn.qkv",
              "encoder.layer.#.attention.attention.{query,key,value}",
              "encoder.layer.#.attention.{q_proj,k_proj,v_proj}")
          .row(
              "blocks.#.attn.proj",
              "encoder.layer.#.attention.output.dense",
              "encoder.layer.#.attention.o_proj")
          .row("blocks.#.ls1.gamma", "encoder.layer.#.layer_scale1.lambda1")
          .row("blocks.#.norm2", "encoder.layer.#.norm2")
          .row("blocks.#.mlp.fc1", "encoder.layer.#.mlp.fc1")
          .row("blocks.#.mlp.fc2", "encoder.layer.#.mlp.fc2")
          .row(
              "blocks.#.mlp.w12",
              "encoder.layer.#.mlp.weights_in",
              "encoder.layer.#.mlp.{gate_proj,up_proj}")
          .row(
              "blocks.#.mlp.w3", "encoder.layer.#.mlp.weights_out", "encoder.layer.#.mlp.down_proj")
          .row("blocks.#.ls2.gamma", "encoder.layer.#.layer_scale2.lambda1")
          .row("norm", "layernorm")
          .head("linear_head", "classifier");

  @Override
  public String name() {
    return "dinov2";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("dinov2", "dinov2_with_registers");
  }

  @Override
  public NameTable names() {
    return NAMES;
  }

  @Override
  public String prefix(Weights weights, Naming naming) {
    if (!weights.has("linear_head.weight")) {
      return "";
    }
    return switch (naming) {
      case ORIGINAL -> "backbone.";
      case HUB, CURRENT -> weights.has("register_tokens") ? "dinov2_with_registers." : "dinov2.";
    };
  }

  @Override
  public String anchor() {
    return "patch_embed.proj";
  }

  /** The original has a mask token; without one such names are a port with positions of its own. */
  @Override
  public boolean accepts(Weights weights) {
    return weights.has("cls_token")
        && weights.has("pos_embed")
        && weights.has("blocks.0.ls1.gamma")
        && (weights.naming() != Naming.ORIGINAL || weights.has("mask_token"));
  }

  @Override
  public List<String> ignored() {
    return List.of();
  }

  @Override
  public boolean fits(Weights weights, HubConfig config) {
    return VisionTransformer.fits(weights, config);
  }

  @Override
  public Architecture architecture(Weights weights, HubConfig config) {
    boolean registers = weights.has("register_tokens");
    int width = VisionTransformer.width(weights);
    int patch = weights.size("patch_embed.proj.weight", 2);
    int side = VisionTransformer.grid(weights) * patch;
    boolean original = weights.naming() == Naming.ORIGINAL;
    PositionGrid positions = new PositionGrid(registers, original && !registers ? 0.1 : 0);
    String title = Vit.title(weights, patch);
    return new VisionTransformer(
        weights,
        registers ? title + " with " + weights.size("register_tokens", 1) + " registers" : title,
        config.integer("num_attention_heads", Math.max(1, width / HEAD_WIDTH)),
        "register_tokens",
        (float) config.real("layer_norm_eps", EPSILON),
        positions,
        head(weights, width),
        Preprocessing.imagenet(side, side, Interpolation.BICUBIC),
        c -> configure(c, weights, width));
  }

  private static void configure(Map<String, Object> config, Weights weights, int width) {
    boolean registers = weights.has("register_tokens");
    boolean gated = weights.has("blocks.0.mlp.w12.weight");
    // A gated layer is two thirds as wide as mlp_ratio says, rounded up to a multiple of 8.
    int inner =
        gated
            ? weights.size("blocks.0.mlp.w3.weight", 1) * 3 / 2
            : weights.size("blocks.0.mlp.fc2.weight", 1);
    String kind = registers ? "Dinov2WithRegisters" : "Dinov2";
    String use = weights.has("linear_head.weight") ? "ForImageClassification" : "Model";
    config.put("architectures", List.of(kind + use));
    config.put("model_type", registers ? "dinov2_with_registers" : "dinov2");
    config.put("mlp_ratio", inner / width);
    config.put("use_swiglu_ffn", gated);
    config.put("use_mask_token", weights.has("mask_token"));
    if (registers) {
      config.put("num_register_tokens", weights.size("register_tokens", 1));
    }
  }

  private static Head head(Weights weights, int width) {
    if (!weights.has("linear_head.weight")) {
      return Head.NONE;
    }
    return switch (weights.size("linear_head.weight", 1) / width) {
      case 2 -> Head.CLASS_AND_MEAN;
      case 5 -> Head.FOUR_CLASSES_AND_MEAN;
      default ->
          throw weights.fault(
              "linear_head.weight", "has the shape " + weights.shape("linear_head.weight"));
    };
  }
}
