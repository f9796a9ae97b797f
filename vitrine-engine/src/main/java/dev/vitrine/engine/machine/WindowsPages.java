package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * VirtualAlloc and VirtualProtect. Written from Microsoft's documentation; not tested on Windows.
 */
@SuppressWarnings("restricted") // the system is called by address
final class WindowsPages implements Pages {
  private static final int MEM_COMMIT_RESERVE = 0x3000;
  private static final int MEM_RELEASE = 0x8000;
  private static final int PAGE_READWRITE = 0x04;
  private static final int PAGE_EXECUTE_READ = 0x20;

  private final MethodHandle alloc =
      function(
          "VirtualAlloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
  private final MethodHandle protect =
      function(
          "VirtualProtect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS));
  private final MethodHandle free =
      function("VirtualFree", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private static MethodHandle function(String name, FunctionDescriptor type) {
    MemorySegment symbol = SymbolLookup.libraryLookup("kernel32", Arena.global()).findOrThrow(name);
    return Linker.nativeLinker().downcallHandle(symbol, type);
  }

  @Override
  public MemorySegment map(long bytes) {
    try {
      MemorySegment at =
          (MemorySegment)
              alloc.invokeExact(MemorySegment.NULL, bytes, MEM_COMMIT_RESERVE, PAGE_READWRITE);
      if (at.address() == 0) {
        throw new CodeRefusedException("VirtualAlloc failed");
      }
      return at.reinterpret(bytes);
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(JAVA_INT);
      if ((int) protect.invokeExact(pages, pages.byteSize(), PAGE_EXECUTE_READ, before) == 0) {
        throw new CodeRefusedException("VirtualProtect failed");
      }
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  /** Large pages take a privilege there that few processes have. */
  @Override
  public void preferLarge(MemorySegment pages) {}

  @Override
  public void unmap(MemorySegment pages) {
    try {
      if ((int) free.invokeExact(pages, 0L, MEM_RELEASE) == 0) {
        throw new CodeRefusedException("VirtualFree failed");
      }
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }
}
