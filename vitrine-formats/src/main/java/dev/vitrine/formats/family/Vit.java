package dev.vitrine.formats.family;

import dev.vitrine.formats.Preprocessing;
import dev.vitrine.formats.Preprocessing.Interpolation;
import dev.vitrine.formats.family.VisionTransformer.Head;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ViT (Dosovitskiy et al. 2021) and DeiT (Touvron et al. 2021), by timm's names and the hub's. */
final class Vit implements Family {
  private static final int HEAD_WIDTH = 64;

  private static final NameTable NAMES =
      new NameTable()
          .row("cls_token", "embeddings.cls_token")
          .row("dist_token", "embeddings.distillation_token")
          .row("mask_token", "embeddings.mask_token")
          .row("reg_token")
          .row("pos_embed", "embeddings.position_embeddings")
          .row("patch_embed.proj", "embeddings.patch_embeddings.projection")
          .row("blocks.#.norm1", "encoder.layer.#.layernorm_before", "layers.#.layernorm_before")
          .row(
              "blocks.#.attn.qkv",
              "encoder.layer.#.attention.attention.{query,key,value}",
              "layers.#.attention.{q_proj,k_proj,v_proj}")
          .row(
              "blocks.#.attn.proj",
              "encoder.layer.#.attention.output.dense",
              "layers.#.attention.o_proj")
          .row("blocks.#.ls1.gamma")
          .row("blocks.#.norm2", "encoder.layer.#.layernorm_after", "layers.#.layernorm_after")
          .row("blocks.#.mlp.fc1", "encoder.layer.#.intermediate.dense", "layers.#.mlp.fc1")
          .row("blocks.#.mlp.fc2", "encoder.layer.#.output.dense", "layers.#.mlp.fc2")
          .row("blocks.#.ls2.gamma")
          .row("norm", "layernorm")
          .row("fc_norm")
          .head("head", "classifier")
          .head("head", "cls_classifier")
          .head("head_dist", "distillation_classifier");

  private static final Map<Integer, String> SIZES =
      Map.of(192, "Ti", 384, "S", 768, "B", 1024, "L", 1280, "H", 1536, "g");

  private static final Map<String, Integer> DEPTHS =
      Map.of("Ti", 12, "S", 12, "B", 12, "L", 24, "H", 32, "g", 40);

  /** Such as {@code ViT-S/14}; width and depth where they are of no published model. */
  static String title(Weights weights, int patch) {
    int width = VisionTransformer.width(weights);
    int depth = VisionTransformer.depth(weights);
    String size = SIZES.get(width);
    boolean known = size != null && DEPTHS.get(size) == depth;
    return "ViT-" + (known ? size : width + "x" + depth) + "/" + patch;
  }

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("vit", "deit");
  }

  @Override
  public NameTable names() {
    return NAMES;
  }

  @Override
  public String prefix(Weights weights, Naming naming) {
    if (naming == Naming.ORIGINAL || !weights.has("head.weight")) {
      return "";
    }
    return weights.has("dist_token") ? "deit." : "vit.";
  }

  @Override
  public String anchor() {
    return "patch_embed.proj";
  }

  @Override
  public boolean accepts(Weights weights) {
    return weights.has("cls_token")
        && weights.has("pos_embed")
        && weights.has("blocks.0.attn.qkv.weight");
  }

  /** The pooler is for another task than logits or features. */
  @Override
  public List<String> ignored() {
    return List.of("pooler\\..*", "pre_logits\\..*");
  }

  @Override
  public boolean fits(Weights weights, HubConfig config) {
    return VisionTransformer.fits(weights, config);
  }

  @Override
  public Architecture architecture(Weights weights, HubConfig config) {
    int width = VisionTransformer.width(weights);
    int patch = weights.size("patch_embed.proj.weight", 2);
    int side = VisionTransformer.grid(weights) * patch;
    boolean original = weights.naming() == Naming.ORIGINAL;
    boolean distilled = weights.has("dist_token");
    if (!config.text("hidden_act", "gelu").equals("gelu")) {
      throw config.fault("hidden_act other than gelu is not supported");
    }
    return new VisionTransformer(
        weights,
        title(weights, patch).replace("ViT", distilled ? "DeiT" : "ViT"),
        config.integer("num_attention_heads", Math.max(1, width / HEAD_WIDTH)),
        "reg_token",
        (float) config.real("layer_norm_eps", original ? 1e-6 : 1e-12),
        new PositionGrid(original, 0),
        head(weights),
        distilled ? Preprocessing.imagenet(side, side, Interpolation.BICUBIC) : null,
        c -> configure(c, weights));
  }

  private static void configure(Map<String, Object> config, Weights weights) {
    boolean distilled = weights.has("dist_token");
    String use =
        switch (head(weights)) {
          case NONE -> "Model";
          case DISTILLED -> "ForImageClassificationWithTeacher";
          default -> "ForImageClassification";
        };
    config.put("architectures", List.of((distilled ? "DeiT" : "ViT") + use));
    config.put("model_type", distilled ? "deit" : "vit");
    config.put("intermediate_size", weights.size("blocks.0.mlp.fc1.weight", 0));
  }

  private static Head head(Weights weights) {
    if (!weights.has("head.weight")) {
      return Head.NONE;
    }
    if (weights.has("fc_norm.weight")) {
      return Head.MEAN;
    }
    return weights.has("head_dist.weight") ? Head.DISTILLED : Head.CLASS;
  }
}
