package dev.vitrine.engine.asm;

import static dev.vitrine.engine.asm.Gpr.RAX;
import static dev.vitrine.engine.asm.Gpr.RBX;
import static dev.vitrine.engine.asm.Gpr.RDI;
import static dev.vitrine.engine.asm.Gpr.RSP;
import static dev.vitrine.engine.asm.Imm.imm;
import static dev.vitrine.engine.asm.Mask.k;
import static dev.vitrine.engine.asm.Mem.at;
import static dev.vitrine.engine.asm.Vec.xmm;
import static dev.vitrine.engine.asm.Vec.ymm;
import static dev.vitrine.engine.asm.Vec.zmm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AssemblerTest {
  private static final Set<Isa> ALL = Set.of(Isa.values());

  private static String hex(Code code) {
    return HexFormat.of().formatHex(code.bytes());
  }

  private static Assembler all() {
    return new Assembler(ALL);
  }

  @Test
  void jumpsAreShortWhereTheyReach() {
    Assembler a = all();
    Label top = a.here("top");
    Label end = a.label("end");
    a.emit(General.JE, end);
    a.emit(General.DEC, RAX);
    a.emit(General.JNE, top);
    a.bind(end);
    a.emit(General.RET);
    assertThat(hex(a.finish("f"))).isEqualTo("740548ffc875f9c3");
  }

  @Test
  void jumpsGrowExactlyWhereTheyMust() {
    for (int bytes = 120; bytes < 140; bytes++) {
      Assembler a = all();
      Label top = a.here("top");
      Label end = a.label("end");
      a.emit(General.JNE, end);
      for (int i = 0; i < bytes; i++) {
        a.emit(General.NOP);
      }
      a.bind(end);
      a.emit(General.JMP, top);
      byte[] code = a.finish("f").bytes();
      boolean forwardShort = bytes <= 127;
      int forward = forwardShort ? 2 : 6;
      boolean backShort = forward + bytes + 2 <= 128;
      String shape =
          (forwardShort ? "75" : "0f85")
              + (backShort ? "eb" : "e9")
              + (forward + bytes + (backShort ? 2 : 5));
      int back = forward + bytes;
      String got =
          (forwardShort
                  ? HexFormat.of().formatHex(code, 0, 1)
                  : HexFormat.of().formatHex(code, 0, 2))
              + HexFormat.of().formatHex(code, back, back + 1)
              + code.length;
      assertThat(got).as("%d bytes between", bytes).isEqualTo(shape);
      ByteBuffer b = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(forwardShort ? code[1] : b.getInt(2)).isEqualTo(bytes);
      assertThat(backShort ? code[back + 1] : b.getInt(back + 1)).isEqualTo(-code.length);
    }
  }

  @Test
  void constantsFollowTheCodeAlignedAndOnce() {
    Assembler a = all();
    a.emit(Floats.VADDPS, zmm(0), zmm(1), a.constant(1f).toAll());
    a.emit(Floats.VADDPS, ymm(0), ymm(1), a.constant(2f, 2f, 2f, 2f, 2f, 2f, 2f, 2f));
    a.emit(Floats.VADDPS, zmm(0), zmm(1), a.constant(1f).toAll());
    a.emit(Floats.VCMPPS, ymm(0), ymm(1), a.constant(2f, 2f, 2f, 2f, 2f, 2f, 2f, 2f), imm(1));
    a.emit(Floats.VCMPPS, k(2).masked(k(3)), zmm(1), a.constant(1f).toAll(), imm(1));
    Code code = a.finish("f");
    ByteBuffer b = ByteBuffer.wrap(code.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(code.bytes()).hasSize(64 + 32 + 4);
    assertThat(b.getFloat(64)).isEqualTo(2f);
    assertThat(b.getFloat(96)).isEqualTo(1f);
    // 10 bytes, 8, 10, 9 with an immediate behind the distance, 11 likewise
    assertThat(10 + b.getInt(6)).isEqualTo(96);
    assertThat(18 + b.getInt(14)).isEqualTo(64);
    assertThat(28 + b.getInt(24)).isEqualTo(96);
    assertThat(37 + b.getInt(32)).isEqualTo(64);
    assertThat(48 + b.getInt(43)).isEqualTo(96);
  }

  @Test
  void paddingIsNoOperations() {
    Assembler a = all();
    a.emit(General.RET);
    a.align(16);
    a.emit(General.RET);
    assertThat(hex(a.finish("f"))).isEqualTo("c3660f1f840000000000660f1f440000c3");
  }

  @Test
  void listing() {
    Assembler a = all();
    a.note("adds");
    a.here("top");
    a.emit(Floats.VADDPS, zmm(20).zeroed(k(1)), zmm(1), at(RAX, RBX, 4, -64).toAll());
    a.emit(Moves.VMOVUPS, at(RDI, 64).masked(k(2)), ymm(3));
    assertThat(a.finish("f").listing())
        .isEqualTo(
            """
            f:
                0      # adds
                0  top:
                0  62e174d9586498f0        vaddps zmm20{k1}{z},zmm1,DWORD PTR [rax+rbx*4-64]{1to16}
                8  62f17c2a115f02          vmovups YMMWORD PTR [rdi+64]{k2},ymm3
            """);
  }

  @Test
  void faultsAreToldWhenEmitted() {
    fails(
        () -> all().emit(Floats.VADDPS, zmm(0), ymm(1), zmm(2)),
        "vaddps zmm0,ymm1,zmm2: no such form; there are [[V, V, VM]]");
    fails(() -> all().emit(Floats.VADDPS, zmm(0), zmm(1)), "vaddps zmm0,zmm1: no such form");
    fails(() -> all().emit(General.MOV, RAX, RBX.low()), "mov rax,ebx: no such form");
    fails(() -> all().emit(General.ADD, RAX, imm(1L << 31)), "add rax,2147483648: no such form");
    fails(
        () -> all().emit(Shuffles.VPERMPS, xmm(0), xmm(1), xmm(2)),
        "vpermps xmm0,xmm1,xmm2: no such form");
    fails(() -> all().emit(Floats.VBLENDVPS, ymm(0), ymm(1), ymm(2), ymm(16)), "no such form");
    fails(
        () -> all().emit(Integers.VPADDW, zmm(0), zmm(1), at(RAX).toAll()),
        "vpaddw zmm0,zmm1,[rax]: no such form");
    fails(
        () -> all().emit(Moves.VMOVUPS, at(RAX).masked(k(1)).target(), imm(1)),
        "vmovups [rax],1: no such form");
    fails(
        () -> all().emit(Moves.VGATHERDPS, zmm(0), at(RAX, zmm(1), 4, 0)),
        "vgatherdps zmm0,[rax+zmm1*4]: no such form");
    fails(
        () -> all().emit(Moves.VMOVUPS, new Masked(at(RAX), k(1), true), zmm(0)),
        "vmovups ZMMWORD PTR [rax]{k1}{z},zmm0: only a register can be zeroed where the mask isn't set");
    fails(() -> zmm(0).masked(k(0)), "k0 can't mask zmm0");
    fails(() -> at(RAX, RSP, 1, 0), "rsp can't be an index");
    fails(() -> at(RAX, RBX, 3, 0), "an index can't be scaled by 3");
    fails(() -> at(RAX.low()), "the base eax isn't 64 bits wide");
    fails(() -> zmm(32), "there is no vector register 32 of 64 bytes");
    fails(() -> all().constant(1f, 2f, 3f), "3 values don't make a constant");
  }

  @Test
  void onlyTheAllowedInstructionSets() {
    Assembler a = new Assembler(Set.of(Isa.AVX, Isa.FMA));
    a.emit(Floats.VADDPS, ymm(0), ymm(1), ymm(15));
    a.emit(General.RET);
    fails(
        () -> a.emit(Floats.VADDPS, ymm(0), ymm(1), ymm(16)),
        "vaddps ymm0,ymm1,ymm16: needs AVX512F");
    fails(
        () -> a.emit(Integers.VPADDD, ymm(0), ymm(1), ymm(2)), "vpaddd ymm0,ymm1,ymm2: needs AVX2");
    fails(() -> a.emit(Integers.VPDPBUSD, ymm(0), ymm(1), ymm(2)), "needs AVX512_VNNI");
  }

  @Test
  void labels() {
    Assembler a = all();
    Label lost = a.label("lost");
    a.emit(General.JMP, lost);
    fails(() -> a.finish("f"), "jmp lost: label 'lost' isn't bound");
    fails(
        () -> {
          Label l = a.here("twice");
          a.bind(l);
        },
        "label 'twice' is bound twice");
    assertThat(a.label("twice")).hasToString("twice_2");
  }

  private static void fails(ThrowingCallable code, String message) {
    assertThatThrownBy(code).isInstanceOf(AsmException.class).hasMessageContaining(message);
  }
}
