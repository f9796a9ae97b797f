package dev.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SmallFloatsTest {
  static Stream<DType> types() {
    return Stream.of(DType.values()).filter(DType::isSmallFloat);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyValueHasItsCode(DType t) {
    for (int code = 0; code < 1 << t.bits(); code++) {
      double value = SmallFloats.decode(t, (byte) code);
      for (boolean saturate : new boolean[] {false, true}) {
        byte back = SmallFloats.encode(t, value, saturate, RoundMode.NEAREST);
        if (Double.isNaN(value)) {
          assertThat(SmallFloats.decode(t, back)).as("%s %x", t, code).isNaN();
        } else if (!saturate || Double.isFinite(value)) {
          assertThat(back & 0xff).as("%s %x", t, code).isEqualTo(code);
        }
      }
    }
  }

  /** Against the nearest of all values, the even code on a tie. */
  @ParameterizedTest
  @MethodSource("types")
  void roundsToNearest(DType t) {
    if (t == DType.F8E8M0) {
      return;
    }
    int codes = 1 << t.bits() - 1;
    for (int code = 0; code + 1 < codes; code++) {
      double low = SmallFloats.decode(t, (byte) code);
      double high = SmallFloats.decode(t, (byte) (code + 1));
      if (!Double.isFinite(high)) {
        break;
      }
      double middle = (low + high) / 2;
      assertThat(encode(t, Math.nextDown(middle))).as("%s %x", t, code).isEqualTo(code);
      assertThat(encode(t, middle)).as("%s %x", t, code).isEqualTo(code + (code & 1));
      assertThat(encode(t, Math.nextUp(middle))).as("%s %x", t, code).isEqualTo(code + 1);
    }
  }

  private static int encode(DType t, double value) {
    return SmallFloats.encode(t, value, false, RoundMode.UP) & 0xff;
  }

  @ParameterizedTest
  @CsvSource({
    "F8E4M3FN, 448, 464, 465, NaN, 7f",
    "F8E4M3FNUZ, 240, 247, 248, NaN, 80",
    "F8E5M2, 57344, 61439, 61440, Infinity, 7c",
    "F8E5M2FNUZ, 57344, 61439, 61440, NaN, 80",
    "F4E2M1, 6, 6, 1e9, 6, 7"
  })
  void ends(DType t, double most, double fits, double tooMuch, double beyond, String code) {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(6));
    double[] values = {fits, tooMuch, -tooMuch, Double.POSITIVE_INFINITY, Double.NaN, -0.0};
    for (int i = 0; i < values.length; i++) {
      x.set(i, values[i]);
    }
    Tensor ends = x.cast(t, true, RoundMode.UP);
    Tensor open = x.cast(t);
    assertThat(ends.real(0)).isEqualTo(most);
    assertThat(ends.real(1)).isEqualTo(most);
    assertThat(ends.real(2)).isEqualTo(-most);
    assertThat(ends.real(3)).isEqualTo(most);
    assertThat(open.real(0)).isEqualTo(most);
    assertThat(open.real(1)).isEqualTo(Double.valueOf(beyond));
    assertThat(open.real(2)).isEqualTo(Double.valueOf(-beyond));
    assertThat(open.real(3)).isEqualTo(Double.valueOf(beyond));
    assertThat(encode(t, tooMuch)).isEqualTo(Integer.parseInt(code, 16));
    assertThat(Double.isNaN(open.real(4))).isEqualTo(t != DType.F4E2M1);
    assertThat(open.real(5) + 0.0).isZero();
  }
}
