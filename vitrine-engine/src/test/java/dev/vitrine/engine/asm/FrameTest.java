package dev.vitrine.engine.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static String text(Abi abi, int registers) {
    Assembler a = new Assembler(Set.of(Isa.AVX));
    Frame f = new Frame(a, abi);
    for (int i = 0; i < registers; i++) {
      f.gpr();
    }
    f.enter();
    a.emit(General.NOP);
    f.leave();
    StringBuilder s = new StringBuilder();
    a.finish("f").items().forEach(i -> s.append(i).append('\n'));
    return s.toString();
  }

  @Test
  void sysvKeepsOnlyWhatItMust() {
    assertThat(text(Abi.SYSV, 8)).isEqualTo("nop\nvzeroupper\nret\n");
    assertThat(text(Abi.SYSV, 10))
        .isEqualTo("push rbx\npush rbp\nnop\nvzeroupper\npop rbp\npop rbx\nret\n");
  }

  @Test
  void windowsKeepsMoreAndHasItsOwnArgument() {
    String text = text(Abi.WINDOWS, 8);
    assertThat(text)
        .startsWith("push rdi\npush rsi\nsub rsp,160\nvmovups XMMWORD PTR [rsp],xmm6\n")
        .contains("vmovups XMMWORD PTR [rsp+144],xmm15\nmov rdi,rcx\nnop\nvzeroupper\n")
        .endsWith("vmovups xmm15,XMMWORD PTR [rsp+144]\nadd rsp,160\npop rsi\npop rdi\nret\n");
  }
}
