package dev.vitrine.cli;

import dev.vitrine.compiler.edit.GraphEditor;
import dev.vitrine.features.probe.LinearHead;
import dev.vitrine.formats.npy.Npy;
import dev.vitrine.formats.onnx.OnnxMetadata;
import dev.vitrine.formats.onnx.OnnxSource;
import dev.vitrine.formats.onnx.OnnxWriter;
import dev.vitrine.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "edit",
    description = {
      "Changes an ONNX model's graph.",
      "Whatever their order on the command line, changes are made in the order of the options below."
    },
    sortOptions = false)
final class EditCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN.onnx")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT.onnx")
  Path result;

  @Mixin InputShapes shapes;

  @Option(
      names = "--set-batch",
      paramLabel = "N|NAME",
      description = "Give all inputs that batch size; a name lets any size through.")
  String batch;

  @Option(
      names = "--set-constant",
      paramLabel = "NAME=FILE.npy",
      description = "Replace a constant.")
  Map<String, Path> constants = Map.of();

  @Option(
      names = "--set-attribute",
      paramLabel = "NODE:ATTRIBUTE=VALUE",
      description = "Change an operation's attribute.")
  List<String> attributes = List.of();

  @Option(
      names = "--append-head",
      paramLabel = "HEAD|OUTPUT=HEAD",
      description =
          "Put a classifier that probe train wrote behind the features it was trained on, or behind"
              + " OUTPUT; 'logits' becomes the output, and classify knows the classes.")
  String head;

  @Option(
      names = "--append",
      paramLabel = "KIND:key=value,…",
      description =
          "Put argmax, softmax, topk or l2norm behind an output, such as argmax:axis=1,keepdims=1;"
              + " with of=OUTPUT, name=NAME, keep=1.")
  List<String> appended = List.of();

  @Option(
      names = "--outputs",
      split = ",",
      paramLabel = "NAME",
      description = "The outputs, in order: any values; NAME=VALUE names one.")
  List<String> outputs = List.of();

  @Option(
      names = "--inputs",
      split = ",",
      paramLabel = "NAME",
      description = "Start the graph at these values; what they make needless goes.")
  List<String> inputs = List.of();

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description = "Rename a value, input or output.")
  Map<String, String> renamed = Map.of();

  @Option(names = "--drop-input", paramLabel = "NAME", description = "Remove an unused input.")
  List<String> dropped = List.of();

  @Mixin Output out;

  @Override
  public Integer call() {
    try (OnnxSource source = OnnxSource.open(in)) {
      GraphEditor editor = GraphEditor.of(source.graph(shapes.byName(), List.of()));
      Map<String, String> metadata = new LinkedHashMap<>(source.metadata());
      edit(editor, metadata);
      Graph graph = editor.graph();
      int opset = Math.max(source.opset(), OnnxWriter.leastOpset(graph));
      OnnxWriter.write(result, graph, opset, metadata);
      graph.inputs().forEach(v -> out.line("input   %s", v));
      graph.outputs().forEach((name, v) -> out.line("output  %s: %s", name, v.type()));
      if (opset > source.opset()) {
        out.line("opset %d → %d, for the operations that were added", source.opset(), opset);
      }
      out.line("wrote " + result);
      out.json(
          Map.of(
              "inputs", graph.inputs().stream().map(Object::toString).toList(),
              "outputs", List.copyOf(graph.outputs().keySet()),
              "opset", opset));
    }
    return 0;
  }

  private void edit(GraphEditor editor, Map<String, String> metadata) {
    if (batch != null && batch.matches("\\d{1,9}")) {
      editor.batch(Long.parseLong(batch));
    } else if (batch != null) {
      editor.freeBatch(batch);
    }
    constants.forEach((name, file) -> editor.constant(name, Npy.read(file)));
    for (String text : attributes) {
      int equals = text.indexOf('=');
      int colon = text.lastIndexOf(':', Math.max(0, equals));
      if (colon <= 0) {
        throw new ParameterException(
            spec.commandLine(), "--set-attribute '" + text + "': write NODE:ATTRIBUTE=VALUE");
      }
      editor.attribute(
          text.substring(0, colon), text.substring(colon + 1, equals), text.substring(equals + 1));
    }
    if (head != null) {
      metadata.putAll(appendHead(editor));
    }
    appended.forEach(editor::append);
    if (!outputs.isEmpty()) {
      editor.outputs(outputs);
    }
    if (!inputs.isEmpty()) {
      editor.inputs(inputs);
    }
    renamed.forEach(editor::rename);
    dropped.forEach(editor::dropInput);
  }

  /** Gives what the file is to say of the classifier. */
  private Map<String, String> appendHead(GraphEditor editor) {
    int equals = Files.exists(Path.of(head)) ? -1 : head.indexOf('=');
    LinearHead linear = LinearHead.read(Path.of(head.substring(equals + 1)));
    String pooling = equals > 0 ? head.substring(0, equals) : linear.pooling();
    editor.head(linear.weight(), linear.bias(), pooling);
    return OnnxMetadata.of(linear.classes(), linear.preprocessing());
  }
}
