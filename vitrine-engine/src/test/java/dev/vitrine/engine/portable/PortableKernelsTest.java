package dev.vitrine.engine.portable;

import dev.vitrine.engine.kernel.StepCases;
import dev.vitrine.engine.kernel.StepCheck;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PortableKernelsTest {
  static List<StepCases.Case> cases() {
    return StepCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesWhatTheStepMeans(StepCases.Case c) {
    StepCheck.check(new PortableKernels(), 7, c.tolerance(), c.make());
  }
}
