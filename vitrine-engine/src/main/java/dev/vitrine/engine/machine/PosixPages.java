package dev.vitrine.engine.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/** mmap and mprotect of Linux and macOS. */
@SuppressWarnings("restricted") // the system is called by address
final class PosixPages implements Pages {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS_LINUX = 0x20;
  private static final int MAP_ANONYMOUS_MAC = 0x1000;
  private static final long MAP_FAILED = -1;
  private static final int MADV_HUGEPAGE_LINUX = 14;
  private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

  private static final StructLayout STATE = Linker.Option.captureStateLayout();

  private final MethodHandle mmap =
      function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private final MethodHandle mprotect =
      function("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private final MethodHandle madvise =
      function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private final MethodHandle munmap =
      function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  @Override
  public MemorySegment map(long bytes) {
    int flags = MAP_PRIVATE | (LINUX ? MAP_ANONYMOUS_LINUX : MAP_ANONYMOUS_MAC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment at =
          (MemorySegment)
              mmap.invokeExact(
                  state, MemorySegment.NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0L);
      if (at.address() == MAP_FAILED) {
        throw refused("mmap", state);
      }
      return at.reinterpret(bytes);
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      if ((int) mprotect.invokeExact(state, pages, pages.byteSize(), PROT_READ | PROT_EXEC) != 0) {
        throw refused("mprotect", state);
      }
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  /** Linux alone knows the advice; where it isn't taken, pages stay small. */
  @Override
  public void preferLarge(MemorySegment pages) {
    if (!LINUX) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int _ =
          (int)
              madvise.invokeExact(
                  arena.allocate(STATE), pages, pages.byteSize(), MADV_HUGEPAGE_LINUX);
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  @Override
  public void unmap(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      if ((int) munmap.invokeExact(state, pages, pages.byteSize()) != 0) {
        throw refused("munmap", state);
      }
    } catch (Throwable e) {
      throw Calls.unchecked(e);
    }
  }

  private static CodeRefusedException refused(String call, MemorySegment state) {
    int errno = (int) STATE.varHandle(PathElement.groupElement("errno")).get(state, 0L);
    return new CodeRefusedException(call + " failed with error " + errno);
  }
}
