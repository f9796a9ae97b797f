package dev.vitrine.compiler.simplify;

import static dev.vitrine.compiler.rewrite.Rewriting.rewrite;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeViewsTest {
  private static String chain(String text) {
    StringBuilder s = new StringBuilder("graph (x: f32[2, 6, 4]) -> (y)\n");
    String[] nodes = text.strip().split("\\s*;\\s*");
    for (int i = 0; i < nodes.length; i++) {
      String in = i == 0 ? "x" : "v" + (i - 1);
      String out = i == nodes.length - 1 ? "y" : "v" + i;
      String list = nodes[i].substring(nodes[i].indexOf('['));
      s.append(out).append(" = ");
      switch (nodes[i].charAt(0)) {
        case 'R' -> s.append("Reshape(" + in + ", " + list + ") { allowzero: false }");
        case 'T' -> s.append("Transpose(" + in + ") { perm: " + list + " }");
        case 'U' -> s.append("Unsqueeze(" + in + ", " + list + ")");
        case 'S' -> s.append("Squeeze(" + in + ", " + list + ")");
        default -> s.append("Flatten(" + in + ") { axis: 1 }");
      }
      s.append('\n');
    }
    return s.toString();
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "R [12, 4]; R [3, 16]                            | R [3, 16]",
        "U [0]; S [0]; R [48]                            | R [48]",
        "T [0, 2, 1]; T [2, 0, 1]                        | T [1, 0, 2]",
        "T [2, 0, 1]; T [1, 2, 0]; R [8, 6]              | R [8, 6]",
        "U [1]; T [0, 2, 1, 3]; S [2]; R [12, 4]         | R [12, 4]",
        "R [2, 6, 1, 4]; T [2, 0, 1, 3]                  | R [1, 2, 6, 4]",
        "R [1, 2, 6, 4]; T [0, 1, 3, 2]; R [2, 4, 6]     | T [0, 2, 1]",
        "R [2, 3, 2, 4]; T [0, 2, 1, 3]; R [4, 3, 4]; R [2, 2, 12] |"
            + " R [2, 3, 2, 4]; T [0, 2, 1, 3]; R [2, 2, 12]",
        "T [0, 2, 1]; R [2, 4, 2, 3]                     | R [2, 2, 3, 4]; T [0, 3, 1, 2]",
        "R [2, 3, 2, 4]; T [0, 1, 2, 3]; F []            | R [2, 24]",
        "T [0, 2, 1]; R [8, 6]; R [2, 4, 6]; T [0, 2, 1]; R [12, 4] | R [12, 4]",
      })
  void least(String before, String after) {
    rewrite(new MergeViews(), new DropNoOps()).turns(chain(before)).into(chain(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "T [0, 2, 1]",
        "R [3, 16]",
        "R [2, 6, 2, 2]; T [0, 2, 1, 3]",
        "R [2, 3, 2, 4]; T [0, 2, 1, 3]; R [2, 2, 12]",
        "R [4, 12]; T [1, 0]",
        "T [1, 0, 2]; R [12, 4]",
      })
  void alreadyLeast(String chain) {
    rewrite(new MergeViews()).leaves(chain(chain));
  }

  @Test
  void namedSizes() {
    rewrite(new MergeViews())
        .turns(
            """
            graph (x: f32[n, 6, 4]) -> (y)
              a = Reshape(x, [-1, 2, 3, 4]) { allowzero: false }
              b = Transpose(a) { perm: [1, 0, 2, 3] }
              c = Transpose(b) { perm: [1, 0, 2, 3] }
              y = Reshape(c, [0, 24]) { allowzero: false }
            """)
        .into("graph (x: f32[n, 6, 4]) -> (y)\n y = Reshape(x, [-1, 24]) { allowzero: false }");
  }

  @Test
  void whatIsReadElsewhereStays() {
    rewrite(new MergeViews())
        .turns(
            """
            graph (x: f32[6, 4]) -> (y, z, r)
              a = Unsqueeze(x, [0])
              y = Reshape(a, [24]) { allowzero: false }
              z = Reshape(a, [3, 8]) { allowzero: false }
              r = Relu(a)
            """)
        .into(
            """
            graph (x: f32[6, 4]) -> (y, z, r)
              a = Unsqueeze(x, [0])
              y = Reshape(x, [24]) { allowzero: false }
              z = Reshape(x, [3, 8]) { allowzero: false }
              r = Relu(a)
            """);
  }
}
