package dev.vitrine.engine;

import dev.vitrine.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A few sessions by what they were made for; those not used for longest go first, never one in use.
 */
final class SessionCache implements AutoCloseable {
  record Key(Map<String, Shape> shapes, Options options) {
    Key {
      shapes = Map.copyOf(shapes);
    }
  }

  private static final class Entry {
    private Session session;
    private int users;
  }

  private static final int LIMIT = 4;

  // In order of last use.
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** Applies {@code use} to the session of that key, which is made if there is none. */
  <T> T run(Key key, Supplier<Session> make, Function<Session, T> use) {
    Entry entry = acquire(key);
    try {
      return use.apply(session(entry, make));
    } finally {
      release(key, entry);
    }
  }

  private synchronized Entry acquire(Key key) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    Entry entry = entries.computeIfAbsent(key, _ -> new Entry());
    entry.users++;
    return entry;
  }

  /** Only those who want the same session wait while it is made. */
  private static Session session(Entry entry, Supplier<Session> make) {
    synchronized (entry) {
      if (entry.session == null) {
        entry.session = make.get();
      }
      return entry.session;
    }
  }

  private void release(Key key, Entry entry) {
    List<Entry> dropped = new ArrayList<>();
    synchronized (this) {
      entry.users--;
      if (entry.session == null && entry.users == 0) {
        entries.remove(key, entry);
      }
      var oldest = entries.values().iterator();
      while (entries.size() > (closed ? 0 : LIMIT) && oldest.hasNext()) {
        Entry e = oldest.next();
        if (e.users == 0) {
          oldest.remove();
          dropped.add(e);
        }
      }
      notifyAll();
    }
    close(dropped);
  }

  private static void close(List<Entry> entries) {
    entries.forEach(
        e -> {
          if (e.session != null) {
            e.session.close();
          }
        });
  }

  /** Waits for runs that have begun; later ones get an {@link IllegalStateException}. */
  @Override
  public void close() {
    List<Entry> idle;
    synchronized (this) {
      closed = true;
      boolean interrupted = false;
      while (entries.values().stream().anyMatch(e -> e.users > 0)) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      idle = List.copyOf(entries.values());
      entries.clear();
    }
    close(idle);
  }
}
