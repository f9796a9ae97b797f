package dev.vitrine.engine.gen;

import static dev.vitrine.engine.asm.General.ADD;
import static dev.vitrine.engine.asm.General.CALL;
import static dev.vitrine.engine.asm.General.LEA;
import static dev.vitrine.engine.asm.General.MOV;
import static dev.vitrine.engine.asm.General.POP;
import static dev.vitrine.engine.asm.General.PUSH;

import dev.vitrine.engine.asm.Abi;
import dev.vitrine.engine.asm.Code;
import dev.vitrine.engine.asm.Gpr;
import dev.vitrine.engine.asm.Isa;
import dev.vitrine.engine.asm.Label;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Functions that are called in turn, as often as the first argument says. Behind it are each
 * function's arguments, {@link #SLOTS} of them, and as many numbers that they grow by from turn to
 * turn; then there is room for one function's.
 */
public record CallLoop(Width width, List<Generator> functions) implements Generator {
  /** As many as the functions that are used so have at most. */
  public static final int SLOTS = Gemm.Arg.values().length;

  public CallLoop {
    functions = List.copyOf(functions);
  }

  /** All slots of a loop of so many functions. */
  public static int slots(int functions) {
    return slot(functions) + SLOTS;
  }

  /** Where a function's arguments start. */
  public static int slot(int function) {
    return 1 + 2 * SLOTS * function;
  }

  @Override
  public String name() {
    return functions.stream().map(Generator::name).collect(Collectors.joining("__"));
  }

  @Override
  public Set<Isa> sets() {
    Set<Isa> all = EnumSet.noneOf(Isa.class);
    functions.forEach(f -> all.addAll(f.sets()));
    return all;
  }

  @Override
  public Code generate(Abi abi) {
    return new Body(this, abi).emit();
  }

  private static final class Body extends Emitter {
    private final CallLoop g;
    private final Abi abi;
    private final Gpr left;
    private final Gpr x;

    Body(CallLoop g, Abi abi) {
      super(g.width, g.sets(), abi);
      this.g = g;
      this.abi = abi;
      left = frame.gpr();
      x = frame.gpr();
    }

    Code emit() {
      frame.enter();
      List<Label> entries = g.functions.stream().map(f -> a.label(f.name())).toList();
      a.emit(MOV, left, arg(0));
      times(
          left,
          "turn",
          () -> {
            a.emit(PUSH, left);
            for (int f = 0; f < entries.size(); f++) {
              call(f, entries.get(f));
            }
            a.emit(POP, left);
          });
      frame.leave();
      for (int f = 0; f < entries.size(); f++) {
        a.include(entries.get(f), g.functions.get(f).generate(abi));
      }
      return a.finish(g.name());
    }

    private void call(int function, Label entry) {
      int room = slot(g.functions.size());
      for (int i = 0; i < SLOTS; i++) {
        int slot = slot(function) + i;
        a.emit(MOV, x, arg(slot));
        a.emit(MOV, arg(room + i), x);
        a.emit(ADD, x, arg(slot + SLOTS));
        a.emit(MOV, arg(slot), x);
      }
      a.emit(PUSH, frame.argument());
      a.emit(LEA, abi.argument(), arg(room));
      a.emit(CALL, entry);
      a.emit(POP, frame.argument());
    }
  }
}
