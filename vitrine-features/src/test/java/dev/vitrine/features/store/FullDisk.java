package dev.vitrine.features.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file on a disk with so much room: a write takes what fits, then fails. */
final class FullDisk extends FileChannel {
  private final SeekableByteChannel file;
  private final boolean cuts;
  private long room;

  /**
   * @param room the size that the file may reach
   * @param cuts whether it may be truncated
   */
  FullDisk(SeekableByteChannel file, long room, boolean cuts) {
    this.file = file;
    this.room = room;
    this.cuts = cuts;
  }

  void room(long bytes) {
    room = bytes;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    long fits = room - file.position();
    if (fits <= 0) {
      throw new IOException("No space left on device");
    }
    int n = (int) Math.min(fits, from.remaining());
    file.write(from.slice(from.position(), n));
    from.position(from.position() + n);
    return n;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    if (!cuts) {
      throw new IOException("Input/output error");
    }
    file.truncate(size);
    return this;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return file.read(into);
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    file.position(at);
    return file.read(into);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long at) throws IOException {
    file.position(at);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void force(boolean metadata) {}

  @Override
  public long read(ByteBuffer[] into, int from, int count) {
    throw new AssertionError();
  }

  @Override
  public long write(ByteBuffer[] from, int at, int count) {
    throw new AssertionError();
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel to) {
    throw new AssertionError();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long at, long count) {
    throw new AssertionError();
  }

  @Override
  public int write(ByteBuffer from, long at) {
    throw new AssertionError();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long count) {
    throw new AssertionError();
  }

  @Override
  public FileLock lock(long at, long count, boolean shared) {
    throw new AssertionError();
  }

  @Override
  public FileLock tryLock(long at, long count, boolean shared) {
    throw new AssertionError();
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
