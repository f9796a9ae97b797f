package dev.vitrine.formats.onnx;

import static dev.vitrine.formats.onnx.Row.list;
import static dev.vitrine.formats.onnx.Row.op;
import static dev.vitrine.formats.onnx.Row.with;

import dev.vitrine.graph.op.Attention;
import dev.vitrine.graph.op.GRU;
import dev.vitrine.graph.op.LSTM;
import dev.vitrine.graph.op.RNN;
import dev.vitrine.graph.op.RotaryEmbedding;
import java.util.List;

/** Attention and recurrence. */
final class SequenceRows {
  private static final Row.Attribute ALPHA = list("activation_alpha");
  private static final Row.Attribute BETA = list("activation_beta");
  private static final Row.Attribute ACTIVATIONS = list("activations");
  private static final Row.Attribute CLIP = with("clip", 0f);
  private static final Row.Attribute DIRECTION = with("direction", "forward");
  private static final Row.Attribute HIDDEN = with("hidden_size", 0);
  private static final Row.Attribute LAYOUT = with("layout", 0).since(14);

  static final List<Row> ROWS =
      List.of(
          op(
              Attention.class,
              23,
              with("is_causal", 0),
              with("kv_num_heads", 0),
              with("left_window_size", -1).since(25),
              with("q_num_heads", 0),
              with("qk_matmul_output_mode", 0),
              with("right_window_size", -1).since(25),
              with("scale", 0f),
              with("softcap", 0f),
              with("softmax_precision", 0)),
          op(
              GRU.class,
              7,
              ALPHA,
              BETA,
              ACTIVATIONS,
              CLIP,
              DIRECTION,
              HIDDEN,
              LAYOUT,
              with("linear_before_reset", 0)),
          op(
              LSTM.class,
              7,
              ALPHA,
              BETA,
              ACTIVATIONS,
              CLIP,
              DIRECTION,
              HIDDEN,
              with("input_forget", 0),
              LAYOUT),
          op(RNN.class, 7, ALPHA, BETA, ACTIVATIONS, CLIP, DIRECTION, HIDDEN, LAYOUT),
          op(
              RotaryEmbedding.class,
              23,
              with("interleaved", 0),
              with("num_heads", 0),
              with("rotary_embedding_dim", 0)));

  private SequenceRows() {}
}
