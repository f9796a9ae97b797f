package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A function of the system's that takes at most six whole numbers or addresses and gives one. All
 * are called by one method handle, as functions of six 64-bit numbers: to make one for each
 * signature takes milliseconds of every start. That is the same call, since on x86-64 and AArch64 a
 * function takes a shorter number from the low part of where a longer one is passed, and doesn't
 * look for arguments that it hasn't.
 *
 * @param address of its code
 */
@SuppressWarnings("restricted") // the system is called by address
record SystemFunction(MemorySegment address) {
  private static final int MOST_ARGUMENTS = 6;
  private static final MemoryLayout[] ARGUMENTS = new MemoryLayout[MOST_ARGUMENTS];

  static {
    Arrays.fill(ARGUMENTS, JAVA_LONG);
  }

  private static final String ERROR =
      System.getProperty("os.name", "").startsWith("Windows") ? "GetLastError" : "errno";
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(JAVA_LONG, ARGUMENTS), Linker.Option.captureCallState(ERROR));

  /**
   * What a function gave.
   *
   * @param value its 64 bits; where the function gives an int, {@link #integer}
   * @param error the system's error number, if the value says that it failed
   */
  record Result(long value, int error) {
    int integer() {
      return (int) value;
    }
  }

  /** One of the C library's. */
  static SystemFunction ofLibrary(String name) {
    return of(Linker.nativeLinker().defaultLookup(), name);
  }

  static SystemFunction of(SymbolLookup library, String name) {
    return new SystemFunction(library.findOrThrow(name));
  }

  /** Calls it; arguments that are not stated are 0. */
  Result call(long... arguments) {
    long[] a = Arrays.copyOf(arguments, MOST_ARGUMENTS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long value = (long) CALL.invokeExact(address, state, a[0], a[1], a[2], a[3], a[4], a[5]);
      return new Result(
          value, state.get(JAVA_INT, STATE.byteOffset(PathElement.groupElement(ERROR))));
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }
}
