package dev.vitrine.compiler.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Prints a program: totals, then one line a step. */
public final class ProgramText {
  private ProgramText() {}

  /**
   * @param label the name to print for the step of that number, for instance its kernel's
   */
  public static String print(Program program, BiFunction<Integer, Step, String> label) {
    StringBuilder s = new StringBuilder("program (");
    s.append(ports(program.inputs())).append(") -> (").append(ports(program.outputs()));
    s.append(
        String.format(
            Locale.ROOT,
            ")  %d steps  %.2f GFLOP  arena %,d bytes  constants %,d bytes%n",
            program.steps().size(),
            program.flops() * 1e-9,
            program.arenaBytes(),
            program.constantBytes()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i).step();
      rows.add(
          List.of(
              Integer.toString(i),
              label.apply(i, step),
              StepText.shape(step),
              "reads " + places(program, step.reads()),
              "writes " + places(program, step.writes()),
              String.format(Locale.ROOT, "%.3f GFLOP", step.flops() * 1e-9),
              program.steps().get(i).node()));
    }
    int[] widths = new int[7];
    for (List<String> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        widths[c] = Math.clamp(row.get(c).length(), widths[c], 48);
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        String cell = row.get(c);
        String gap = " ".repeat(Math.max(0, widths[c] - cell.length()));
        line.append(c == 0 ? gap + cell : cell + gap).append("  ");
      }
      s.append(line.toString().stripTrailing()).append('\n');
    }
    return s.toString();
  }

  private static String ports(List<Program.Port> ports) {
    return ports.stream().map(p -> p.name() + ": " + p.type()).collect(Collectors.joining(", "));
  }

  private static String places(Program program, List<View> views) {
    return views.stream().map(v -> place(program, v)).collect(Collectors.joining(" "));
  }

  private static String place(Program program, View v) {
    Buffer b = program.buffers().get(v.buffer());
    return b.isConstant()
        ? "%" + v.buffer()
        : "arena+0x" + Long.toHexString(b.offset() + v.offset() * v.dtype().bytes());
  }
}
