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
  private static final FunctionDescriptor TYPE = FunctionDescriptor.ofVoid(ADDRESS);
  private static final MethodHandle PLAIN = Linker.nativeLinker().downcallHandle(TYPE);
  private static final MethodHandle SHORT =
      Linker.nativeLinker().downcallHandle(TYPE, Linker.Option.critical(false));

  private Calls() {}

  /** Calls a function that may take long. */
  public static void call(MemorySegment code, MemorySegment arguments) {
    try {
      PLAIN.invokeExact(code, arguments);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * Calls a function that returns within microseconds: cheaper, but holds up garbage collection.
   */
  public static void callShort(MemorySegment code, MemorySegment arguments) {
    try {
      SHORT.invokeExact(code, arguments);
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
