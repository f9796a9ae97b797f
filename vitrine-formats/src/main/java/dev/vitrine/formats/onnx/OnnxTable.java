package dev.vitrine.formats.onnx;

import dev.vitrine.graph.Op;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which ONNX operation is which record, from which opset on. The rows stand in files by kind. */
final class OnnxTable {
  /** The newest opset of ONNX's own domain that the rows are right for. */
  static final int NEWEST = 28;

  private record Key(String domain, String type) {}

  private static final Map<Key, List<Row>> READING = new HashMap<>();
  private static final Map<Class<?>, List<Row>> WRITING = new HashMap<>();

  static {
    rows()
        .sorted(Comparator.comparingInt(Row::since))
        .forEach(
            row -> {
              if (row.read() != null) {
                READING.merge(new Key(row.domain(), row.type()), List.of(row), OnnxTable::joined);
              }
              if (row.write() != null) {
                WRITING.merge(row.kind(), List.of(row), OnnxTable::joined);
              }
            });
  }

  private OnnxTable() {}

  static Stream<Row> rows() {
    return Stream.of(
            MathRows.ROWS,
            ReductionRows.ROWS,
            ShapeRows.ROWS,
            IndexRows.ROWS,
            NnRows.ROWS,
            ResizeRows.ROWS,
            QuantizedRows.ROWS,
            SamplingRows.ROWS,
            SequenceRows.ROWS,
            SignalRows.ROWS,
            ContribRows.ROWS,
            ContribQuantizedRows.ROWS)
        .flatMap(List::stream);
  }

  private static List<Row> joined(List<Row> a, List<Row> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /** The row that reads an operation at an opset; null when there is none. */
  static Row reading(String domain, String type, long opset) {
    return newest(READING.get(new Key(domain, type)), opset);
  }

  /** The row that writes an operation at an opset; null when there is none. */
  static Row writing(Class<? extends Op> kind, int opset) {
    return newest(WRITING.get(kind), opset);
  }

  /** The first opset that can say an operation; 0 when none can. */
  static int firstWriting(Class<? extends Op> kind) {
    List<Row> rows = WRITING.get(kind);
    return rows == null ? 0 : rows.getFirst().since();
  }

  private static Row newest(List<Row> rows, long opset) {
    Row found = null;
    if (rows != null) {
      for (Row row : rows) {
        if (row.since() <= opset) {
          found = row;
        }
      }
    }
    return found;
  }
}
