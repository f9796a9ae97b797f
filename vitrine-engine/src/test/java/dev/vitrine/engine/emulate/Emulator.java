package dev.vitrine.engine.emulate;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Instruction;
import dev.vitrine.engine.asm.Item;
import dev.vitrine.engine.asm.Label;
import dev.vitrine.engine.asm.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs a code's list of instructions on real memory, bit for bit as a processor does. Touching
 * memory that wasn't given is an error, and so is losing what the calling convention wants kept.
 */
public final class Emulator {
  private static final long LIMIT = 50_000_000;
  private static final int STACK = 4096;

  private final State state = new State();
  private final Map<String, Executor> executors = new HashMap<>();

  /** What an instruction does to the state. */
  interface Executor {
    void run(State s, Instruction i);
  }

  public Emulator() {
    GeneralInstructions.addTo(executors);
    MoveInstructions.addTo(executors);
    FloatInstructions.addTo(executors);
    IntegerInstructions.addTo(executors);
    ShuffleInstructions.addTo(executors);
    ByteInstructions.addTo(executors);
    MatrixInstructions.addTo(executors);
  }

  /** Calls the code with a pointer; it may touch the regions and nothing else. */
  public void call(Code code, Abi abi, MemorySegment argument, List<MemorySegment> regions) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stack = arena.allocate(STACK, 16);
      MemorySegment text =
          arena.allocate(code.bytes().length, 64).copyFrom(MemorySegment.ofArray(code.bytes()));
      List<MemorySegment> all = new ArrayList<>(regions);
      all.add(stack);
      all.add(text);
      state.memory = new GuardedMemory(all);
      Map<Label, Integer> labels = new IdentityHashMap<>();
      for (int i = 0; i < code.items().size(); i++) {
        if (code.items().get(i) instanceof Item.Bind b) {
          labels.put(b.label(), i);
        }
      }
      state.addresses = label -> text.address() + code.offsets()[labels.get(label)];
      poison();
      Gpr pointer = abi == Abi.SYSV ? Gpr.RDI : Gpr.RCX;
      long top = stack.address() + STACK - 8;
      state.general[Gpr.RSP.id()] = top;
      state.general[pointer.id()] = argument.address();
      long[] before = state.general.clone();
      int[][] vectorsBefore = state.copyVectors();
      execute(code, labels, text.address(), top);
      checkKept(code, abi, before, vectorsBefore);
    }
  }

  /** Garbage in all registers, as a caller leaves it. */
  private void poison() {
    Random random = new Random(7);
    for (int i = 0; i < 16; i++) {
      state.general[i] = random.nextLong();
    }
    for (int[] v : state.vectors) {
      for (int lane = 0; lane < v.length; lane++) {
        v[lane] = 0x7fc0_0000 | random.nextInt(1 << 20);
      }
    }
    for (int i = 0; i < 8; i++) {
      state.masks[i] = random.nextLong();
    }
  }

  /**
   * @param next the item to go on with
   * @param stack where the return address is
   */
  private record Caller(int next, long stack) {}

  private void execute(Code code, Map<Label, Integer> labels, long text, long top) {
    int at = 0;
    Deque<Caller> callers = new ArrayDeque<>(List.of(new Caller(-1, top)));
    for (long n = 0; n < LIMIT; n++) {
      while (!(code.items().get(at) instanceof Instruction)) {
        at++;
      }
      Instruction i = (Instruction) code.items().get(at);
      String name = i.op().name();
      if (name.equals("ret")) {
        Caller caller = callers.pop();
        if (state.general[Gpr.RSP.id()] != caller.stack) {
          throw new AssertionError(code.name() + ": the stack isn't balanced at ret");
        }
        if (callers.isEmpty()) {
          return;
        }
        state.general[Gpr.RSP.id()] += Long.BYTES;
        at = caller.next;
        continue;
      }
      Operand target = i.operands().isEmpty() ? null : i.operands().getFirst();
      if (target instanceof Label label && name.equals("call")) {
        long stack = state.general[Gpr.RSP.id()] -= Long.BYTES;
        state.memory.store(stack, Long.BYTES, text + code.offsets()[at + 1]);
        callers.push(new Caller(at + 1, stack));
        at = labels.get(label);
        continue;
      }
      if (target instanceof Label label) {
        at = GeneralInstructions.jumps(state, name) ? labels.get(label) : at + 1;
        continue;
      }
      Executor executor = executors.get(name);
      if (executor == null) {
        throw new AssertionError("the emulator doesn't know " + i);
      }
      try {
        executor.run(state, i);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            code.name() + " at " + Integer.toHexString(code.offsets()[at]) + ": " + i + ": " + e,
            e);
      }
      at++;
    }
    throw new AssertionError(code.name() + ": doesn't return");
  }

  private void checkKept(Code code, Abi abi, long[] before, int[][] vectorsBefore) {
    List<Gpr> kept =
        new ArrayList<>(List.of(Gpr.RBX, Gpr.RBP, Gpr.RSP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15));
    if (abi == Abi.WINDOWS) {
      kept.addAll(List.of(Gpr.RSI, Gpr.RDI));
      for (int v = 6; v < 16; v++) {
        for (int lane = 0; lane < 4; lane++) {
          if (state.vectors[v][lane] != vectorsBefore[v][lane]) {
            throw new AssertionError(code.name() + ": xmm" + v + " isn't kept");
          }
        }
      }
    }
    for (int rows : state.matrixRows) {
      if (rows > 0) {
        throw new AssertionError(code.name() + ": returns without tilerelease");
      }
    }
    for (Gpr g : kept) {
      if (state.general[g.id()] != before[g.id()]) {
        throw new AssertionError(code.name() + ": " + g + " isn't kept");
      }
    }
    for (int v = 0; v < 16; v++) {
      for (int lane = 4; lane < 16; lane++) {
        if (state.vectors[v][lane] != 0) {
          throw new AssertionError(code.name() + ": returns without vzeroupper");
        }
      }
    }
  }
}
