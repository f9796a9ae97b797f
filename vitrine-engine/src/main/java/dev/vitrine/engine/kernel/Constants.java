package dev.vitrine.engine.kernel;

import dev.vitrine.compiler.plan.Buffer;
import dev.vitrine.compiler.plan.Program;
import dev.vitrine.compiler.plan.View;
import dev.vitrine.engine.machine.LargePages;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A program's constants while it is made ready. What kernels keep is copied, so that the model's
 * file can be closed after. For one thread.
 */
public final class Constants {
  private final List<Buffer> buffers;
  private final Arena memory;
  private final LargePages allocator;
  private final MemorySegment[] copies;

  /**
   * @param memory owns the copies
   */
  public Constants(Program program, Arena memory) {
    buffers = program.buffers();
    this.memory = memory;
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
      MemorySegment data = buffers.get(i).constant().data();
      copies[i] = allocate(data.byteSize());
      copies[i].copyFrom(data);
    }
    return copies[i];
  }
}
