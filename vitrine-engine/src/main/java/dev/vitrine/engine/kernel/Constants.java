package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.machine.LargePages;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program's constants while it is made ready. What kernels keep is copied, unless it was
 * prepared, so that the model's file can be closed after. For one thread.
 */
public final class Constants {
  private final List<Buffer> buffers;
  private final Arena memory;
  private final LargePages allocator;
  private final Prepared prepared;
  private final MemorySegment[] copies;
  private final Map<Packing, MemorySegment> packed = new LinkedHashMap<>();
  private final BitSet read = new BitSet();

  /**
   * @param memory owns the copies; shared between threads, which may help to make them
   */
  public Constants(Program program, Arena memory) {
    this(program, memory, Prepared.NONE);
  }

  /**
   * @param memory owns the copies
   * @param prepared what needn't be copied; it outlives the kernels
   */
  public Constants(Program program, Arena memory, Prepared prepared) {
    buffers = program.buffers();
    this.memory = memory;
    this.prepared = prepared;
    allocator = new LargePages(memory);
    copies = new MemorySegment[buffers.size()];
  }

  /** The buffer that a view looks at. */
  public Buffer buffer(View v) {
    return buffers.get(v.buffer());
  }

  public boolean isConstant(View v) {
    return buffer(v).isConstant();
  }

  /** The constant that a view looks at, as the graph holds it; don't keep it. */
  public Tensor tensor(View v) {
    read.set(v.buffer());
    return buffer(v).constant();
  }

  /** Owns what kernels keep, and lives as long as they. */
  public Arena memory() {
    return memory;
  }

  /** Zeroed memory for what kernels keep, aligned to {@link Program#ALIGNMENT}. */
  public MemorySegment allocate(long bytes) {
    return allocator.allocate(Math.max(1, bytes), Program.ALIGNMENT);
  }

  /** An aligned copy off the heap of the constant that a view looks at; made once, good to keep. */
  public MemorySegment copy(View v) {
    int i = v.buffer();
    if (copies[i] == null) {
      MemorySegment data = tensor(v).data();
      if (prepared.isLasting() && data.isNative() && data.address() % Program.ALIGNMENT == 0) {
        copies[i] = data;
      } else {
        copies[i] = allocate(data.byteSize());
        copies[i].copyFrom(data);
      }
    }
    return copies[i];
  }

  /** A constant in the order that a kernel wants; made once, good to keep, not to be written to. */
  public MemorySegment packed(Packing p) {
    MemorySegment there = packed.get(p);
    if (there == null) {
      there = prepared.find(p);
      if (there == null) {
        there = allocate(p.bytes());
        p.pack(buffer(p.view()).constant(), there);
      }
      packed.put(p, there);
    }
    return there;
  }

  /** All that was packed for kernels so far, in the order in which they asked. */
  public Map<Packing, MemorySegment> packed() {
    return Collections.unmodifiableMap(packed);
  }

  /** Whether something was packed although constants are prepared. */
  public boolean isPackedAnew() {
    return prepared != Prepared.NONE
        && packed.keySet().stream().anyMatch(p -> prepared.find(p) == null);
  }

  /** Whether kernels have read the constant of that buffer as it is. */
  public boolean isRead(int buffer) {
    return read.get(buffer);
  }
}
