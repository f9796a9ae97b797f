package dev.vitrine.engine.machine;

/**
 * Leave to use matrix registers. Linux keeps their large state for processes alone that ask for it;
 * other systems aren't asked.
 */
final class MatrixState {
  private static final long ARCH_PRCTL = 158;
  private static final long REQUEST_STATE = 0x1023;
  private static final long TILE_DATA = 18;

  private MatrixState() {}

  /** Asks for all threads of this process; false where the system refuses. */
  static boolean request() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return false;
    }
    SystemFunction syscall = SystemFunction.ofLibrary("syscall");
    return syscall.call(ARCH_PRCTL, REQUEST_STATE, TILE_DATA).value() == 0;
  }
}
