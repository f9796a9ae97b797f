package dev.vitrine.engine.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every row with every kind of operand, against what GNU as gives; golden-asm.sh records that. */
class EncodingTest {
  static final List<Class<?>> TABLES = Cases.TABLES;

  @ParameterizedTest
  @FieldSource("TABLES")
  void everyRowAsGnuAsDoes(Class<?> table) throws IOException {
    List<String> made = new ArrayList<>();
    for (Instruction i : Cases.of(table)) {
      made.add(i + "\t" + HexFormat.of().formatHex(i.bytes()));
    }
    assertThat(made).isEqualTo(golden(table));
  }

  @ParameterizedTest
  @FieldSource("TABLES")
  void everyRowHasACase(Class<?> table) {
    List<Form> covered = Cases.of(table).stream().map(Instruction::form).toList();
    for (Op op : Cases.ops(table)) {
      for (Form form : op.forms()) {
        if (!form.kinds.contains(Kind.NEAR) && !form.kinds.contains(Kind.FAR)) {
          assertThat(covered).as("%s %s", op, form.kinds).contains(form);
        }
      }
    }
  }

  private static List<String> golden(Class<?> table) throws IOException {
    try (var in = EncodingTest.class.getResourceAsStream(table.getSimpleName() + ".golden")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
