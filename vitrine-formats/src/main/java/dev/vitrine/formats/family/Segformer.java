package dev.vitrine.formats.family;

import java.util.List;
import java.util.Set;

/** SegFormer and its backbone MiT (Xie et al. 2021), by the original names and the hub's. */
final class Segformer implements Family {
  private static final String HUB = "encoder.block.#.#.";
  private static final String CURRENT = "stages.#.blocks.#.";

  private static final NameTable NAMES =
      new NameTable()
          .row(
              "patch_embed@.proj",
              "encoder.patch_embeddings.#.proj",
              "stages.#.patch_embeddings.proj")
          .row(
              "patch_embed@.norm",
              "encoder.patch_embeddings.#.layer_norm",
              "stages.#.patch_embeddings.layer_norm")
          .row("block@.#.norm1", HUB + "layer_norm_1", CURRENT + "layernorm_before")
          .row("block@.#.attn.q", HUB + "attention.self.query", CURRENT + "attention.q_proj")
          .row(
              "block@.#.attn.kv",
              HUB + "attention.self.{key,value}",
              CURRENT + "attention.{k_proj,v_proj}")
          .row("block@.#.attn.proj", HUB + "attention.output.dense", CURRENT + "attention.o_proj")
          .row(
              "block@.#.attn.sr",
              HUB + "attention.self.sr",
              CURRENT + "attention.sequence_reduction.sequence_reduction")
          .row(
              "block@.#.attn.norm",
              HUB + "attention.self.layer_norm",
              CURRENT + "attention.sequence_reduction.layer_norm")
          .row("block@.#.norm2", HUB + "layer_norm_2", CURRENT + "layernorm_after")
          .row("block@.#.mlp.fc1", HUB + "mlp.dense1", CURRENT + "mlp.fc1")
          .row(
              "block@.#.mlp.dwconv.dwconv",
              HUB + "mlp.dwconv.dwconv",
              CURRENT + "mlp.dwconv.dwconv")
          .row("block@.#.mlp.fc2", HUB + "mlp.dense2", CURRENT + "mlp.fc2")
          .row("norm@", "encoder.layer_norm.#", "stages.#.layer_norm")
          .head("head", "classifier")
          .head(
              "decode_head.linear_c@.proj",
              "decode_head.linear_c.#.proj",
              "decode_head.linear_projections.#.proj")
          .head("decode_head.linear_fuse.conv", "decode_head.linear_fuse")
          .head("decode_head.linear_fuse.bn", "decode_head.batch_norm")
          .head("decode_head.linear_pred", "decode_head.classifier");

  @Override
  public String name() {
    return "segformer";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of("segformer");
  }

  @Override
  public NameTable names() {
    return NAMES;
  }

  @Override
  public String prefix(Weights weights, Naming naming) {
    boolean segments = weights.has("decode_head.linear_pred.weight");
    return switch (naming) {
      case ORIGINAL -> segments ? "backbone." : "";
      case HUB, CURRENT -> segments || weights.has("head.weight") ? "segformer." : "";
    };
  }

  @Override
  public String anchor() {
    return "patch_embed1.proj";
  }

  @Override
  public boolean accepts(Weights weights) {
    return weights.has("block1.0.mlp.dwconv.dwconv.weight");
  }

  /** A layer that training code creates and never calls. */
  @Override
  public List<String> ignored() {
    return List.of("decode_head\\.conv_seg\\..*");
  }

  @Override
  public boolean fits(Weights weights, HubConfig config) {
    int[] widths = config.integers("hidden_sizes");
    int stages = weights.count("norm#.weight", 1);
    boolean fits = widths == null || widths.length == stages;
    for (int i = 0; fits && widths != null && i < stages; i++) {
      fits = widths[i] == weights.size("norm" + (i + 1) + ".weight", 0);
    }
    return fits;
  }

  @Override
  public Architecture architecture(Weights weights, HubConfig config) {
    if (!config.text("hidden_act", "gelu").equals("gelu")) {
      throw config.fault("hidden_act other than gelu is not supported");
    }
    int stages = weights.count("norm#.weight", 1);
    int[] heads = config.integers("num_attention_heads");
    int[] strides = config.integers("strides");
    return new MixTransformer(
        weights,
        heads != null && heads.length == stages ? heads : heads(weights, stages),
        strides != null && strides.length == stages ? strides : strides(weights, stages),
        weights.naming() == Naming.ORIGINAL ? 1e-6f : 1e-5f);
  }

  /** In all published models a head is as wide as the first stage. */
  private static int[] heads(Weights weights, int stages) {
    int[] heads = new int[stages];
    for (int i = 0; i < stages; i++) {
      heads[i] = weights.size("norm" + (i + 1) + ".weight", 0) / weights.size("norm1.weight", 0);
    }
    return heads;
  }

  /** Patches overlap by almost half: 7 wide every 4, 3 wide every 2. */
  private static int[] strides(Weights weights, int stages) {
    int[] strides = new int[stages];
    for (int i = 0; i < stages; i++) {
      strides[i] = (weights.size("patch_embed" + (i + 1) + ".proj.weight", 2) + 1) / 2;
    }
    return strides;
  }
}
