package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;

/**
 * Leave to use matrix registers. Linux keeps their large state for processes alone that ask for it;
 * other systems aren't asked.
 */
@SuppressWarnings("restricted") // the system is called by name
final class MatrixState {
  private static final long ARCH_PRCTL = 158;
  private static final long REQUEST_STATE = 0x1023;
  private static final long TILE_DATA = 18;

  private MatrixState() {}

  /** Asks for all threads of this process; false where the system refuses. */
  static boolean request() {
    Linker linker = Linker.nativeLinker();
    var syscall = linker.defaultLookup().find("syscall");
    if (!System.getProperty("os.name", "").equals("Linux") || syscall.isEmpty()) {
      return false;
    }
    var call =
        linker.downcallHandle(
            syscall.get(),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try {
      return (long) call.invokeExact(ARCH_PRCTL, REQUEST_STATE, TILE_DATA) == 0;
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }
}
