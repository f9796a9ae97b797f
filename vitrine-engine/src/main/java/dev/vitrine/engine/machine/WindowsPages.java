package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * VirtualAlloc and VirtualProtect. Written from Microsoft's documentation; not tested on Windows.
 */
@SuppressWarnings("restricted") // the pages come from the system by address
final class WindowsPages implements Pages {
  private static final int MEM_COMMIT_RESERVE = 0x3000;
  private static final int MEM_RELEASE = 0x8000;
  private static final int PAGE_READWRITE = 0x04;
  private static final int PAGE_EXECUTE_READ = 0x20;

  private final SymbolLookup kernel = SymbolLookup.libraryLookup("kernel32", Arena.global());
  private final SystemFunction alloc = SystemFunction.of(kernel, "VirtualAlloc");
  private final SystemFunction protect = SystemFunction.of(kernel, "VirtualProtect");
  private final SystemFunction free = SystemFunction.of(kernel, "VirtualFree");

  @Override
  public MemorySegment map(long bytes) {
    var result = alloc.call(0, bytes, MEM_COMMIT_RESERVE, PAGE_READWRITE);
    if (result.value() == 0) {
      throw refused("VirtualAlloc", result);
    }
    return MemorySegment.ofAddress(result.value()).reinterpret(bytes);
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(JAVA_INT);
      var result =
          protect.call(pages.address(), pages.byteSize(), PAGE_EXECUTE_READ, before.address());
      if (result.integer() == 0) {
        throw refused("VirtualProtect", result);
      }
    }
  }

  /** Large pages take a privilege there that few processes have. */
  @Override
  public void preferLarge(MemorySegment pages) {}

  @Override
  public void unmap(MemorySegment pages) {
    var result = free.call(pages.address(), 0, MEM_RELEASE);
    if (result.integer() == 0) {
      throw refused("VirtualFree", result);
    }
  }

  private static CodeRefusedException refused(String call, SystemFunction.Result result) {
    return new CodeRefusedException(call + " failed with error " + result.error());
  }
}
