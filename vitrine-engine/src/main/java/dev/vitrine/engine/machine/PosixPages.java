package dev.vitrine.engine.machine;

import java.lang.foreign.MemorySegment;

/** mmap and mprotect of Linux and macOS. */
@SuppressWarnings("restricted") // the pages come from the system by address
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

  private final SystemFunction mmap = SystemFunction.ofLibrary("mmap");
  private final SystemFunction mprotect = SystemFunction.ofLibrary("mprotect");
  private final SystemFunction madvise = SystemFunction.ofLibrary("madvise");
  private final SystemFunction munmap = SystemFunction.ofLibrary("munmap");

  @Override
  public MemorySegment map(long bytes) {
    int flags = MAP_PRIVATE | (LINUX ? MAP_ANONYMOUS_LINUX : MAP_ANONYMOUS_MAC);
    var result = mmap.call(0, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (result.value() == MAP_FAILED) {
      throw refused("mmap", result);
    }
    return MemorySegment.ofAddress(result.value()).reinterpret(bytes);
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    var result = mprotect.call(pages.address(), pages.byteSize(), PROT_READ | PROT_EXEC);
    if (result.integer() != 0) {
      throw refused("mprotect", result);
    }
  }

  /** Linux alone knows the advice; where it isn't taken, pages stay small. */
  @Override
  public void preferLarge(MemorySegment pages) {
    if (LINUX) {
      madvise.call(pages.address(), pages.byteSize(), MADV_HUGEPAGE_LINUX);
    }
  }

  @Override
  public void unmap(MemorySegment pages) {
    var result = munmap.call(pages.address(), pages.byteSize());
    if (result.integer() != 0) {
      throw refused("munmap", result);
    }
  }

  private static CodeRefusedException refused(String call, SystemFunction.Result result) {
    return new CodeRefusedException(call + " failed with error " + result.error());
  }
}
