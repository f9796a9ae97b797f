package dev.vitrine.formats.family;

import java.util.List;
import java.util.Set;

/** Swin Transformer V1 (Liu et al. 2021), by the original names, timm's and the hub's. */
final class Swin implements Family {
  private static final NameTable NAMES =
      new NameTable()
          .row("mask_token", "embeddings.mask_token")
          .row("absolute_pos_embed", "embeddings.position_embeddings")
          .row("patch_embed.proj", "embeddings.patch_embeddings.projection")
          .row("patch_embed.norm", "embeddings.norm")
          .row("layers.#.blocks.#.norm1", "encoder.layers.#.blocks.#.layernorm_before")
          .row(
              "layers.#.blocks.#.attn.qkv",
              "encoder.layers.#.blocks.#.attention.self.{query,key,value}",
              "encoder.layers.#.blocks.#.attention.{q_proj,k_proj,v_proj}")
          .row(
              "layers.#.blocks.#.attn.relative_position_bias_table",
              "encoder.layers.#.blocks.#.attention.self.relative_position_bias_table",
              "encoder.layers.#.blocks.#.attention.relative_position_bias.relative_position_bias_table")
          .row(
              "layers.#.blocks.#.attn.proj",
              "encoder.layers.#.blocks.#.attention.output.dense",
              "encoder.layers.#.blocks.#.attention.o_proj")
          .row("layers.#.blocks.#.norm2", "encoder.layers.#.blocks.#.layernorm_after")
          .row(
              "layers.#.blocks.#.mlp.fc1",
              "encoder.layers.#.blocks.#.intermediate.dense",
              "encoder.layers.#.blocks.#.mlp.fc1")
          .row(
              "layers.#.blocks.#.mlp.fc2",
              "encoder.layers.#.blocks.#.output.dense",
              "encoder.layers.#.blocks.#.mlp.fc2")
          .row("layers.#.downsample.norm", "encoder.layers.#.downsample.norm")
          .row("layers.#.downsample.reduction", "encoder.layers.#.downsample.reduction")
          .row("norm", "layernorm")
          .head("head", "classifier")
          .head("head", "head.fc");

  @Override
  public String name() {
    return "swin";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("swin");
  }

  @Override
  public NameTable names() {
    return NAMES;
  }

  @Override
  public String prefix(Weights weights, Naming naming) {
    return naming == Naming.ORIGINAL || !weights.has("head.weight") ? "" : "swin.";
  }

  @Override
  public String anchor() {
    return "patch_embed.proj";
  }

  @Override
  public boolean accepts(Weights weights) {
    return weights.has("layers.0.blocks.0.attn.relative_position_bias_table");
  }

  /** Tables that follow from the window size. */
  @Override
  public List<String> ignored() {
    return List.of(".*\\.relative_position_index", ".*\\.attn_mask");
  }

  @Override
  public boolean fits(Weights weights, HubConfig config) {
    int[] depths = config.integers("depths");
    return config.agrees("embed_dim", weights.size("patch_embed.proj.weight", 0))
        && (depths == null || weights.count("layers.#.blocks.0.norm1.weight", 0) == depths.length);
  }

  @Override
  public Architecture architecture(Weights weights, HubConfig config) {
    if (!config.text("hidden_act", "gelu").equals("gelu")) {
      throw config.fault("hidden_act other than gelu is not supported");
    }
    int stages = weights.count("layers.#.blocks.0.norm1.weight", 0);
    int patch = weights.size("patch_embed.proj.weight", 2);
    int window = SwinTransformer.window(weights, "layers.0.blocks.0.");
    int side = config.integer("image_size", (window * patch) << (stages - 1));
    return new SwinTransformer(weights, stages, side, (float) config.real("layer_norm_eps", 1e-5));
  }
}
