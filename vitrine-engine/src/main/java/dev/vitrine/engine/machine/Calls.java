package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls into generated code: functions of one pointer, which return nothing. Both segments are off
 * the heap; whoever calls keeps the code loaded and what the arguments point to alive until it
 * returns.
 */
@SuppressWarnings("restricted") // calls into generated code are what this is for
public final class Calls {
  private static final MethodHandle CALL =
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));

  private Calls() {}

  public static void call(MemorySegment code, MemorySegment arguments) {
    try {
      CALL.invokeExact(code, arguments);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * What a call by method handle threw, to be thrown on: none here declares a checked exception.
   */
  static RuntimeException unchecked(Throwable e) {
    return switch (e) {
      case RuntimeException r -> r;
      case Error r -> throw r;
      default -> new IllegalStateException(e);
    };
  }
}
