package dev.vitrine.engine;

import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What several instances of a model do together. Without a queue each takes the next request when
 * it has done the last, which shows the least latency; with one, requests come as fast as the queue
 * takes them, which shows the most throughput.
 *
 * @param runs requests that were done
 * @param seconds that they took all together
 * @param endToEnd of a request, from its place in the queue to results in hand
 * @param model of a request, in the model's steps alone
 */
public record Throughput(int runs, double seconds, Latency endToEnd, Latency model) {
  private static final int MOST_INSTANCES = 1024;
  private static final int MOST_RUNS = 10_000_000;
  private static final int MOST_QUEUED = 1_000_000;

  /** Requests a second. */
  public double rate() {
    return runs / seconds;
  }

  /**
   * Lets each session do requests on a thread of its own.
   *
   * @param sessions the instances, which nothing else should use meanwhile
   * @param inputs of every request
   * @param queue how many requests may wait; 0 for none
   * @param warmUps runs of each instance that don't count
   * @param runs requests, shared by the instances
   * @throws VitrineException for a number that is out of bounds
   */
  public static Throughput of(
      List<Session> sessions, Map<String, Tensor> inputs, int queue, int warmUps, int runs) {
    check("instances", sessions.size(), 1, MOST_INSTANCES);
    check("requests in the queue", queue, 0, MOST_QUEUED);
    check("runs", runs, 1, MOST_RUNS);
    check("runs to warm up", warmUps, 0, MOST_RUNS);
    for (int i = 0; i < warmUps; i++) {
      sessions.forEach(s -> s.run(inputs));
    }
    return new Trial(inputs, queue, runs).measure(sessions);
  }

  /**
   * @throws VitrineException when a number is out of bounds
   */
  public static void check(String what, int n, int least, int most) {
    if (n < least || n > most) {
      throw new VitrineException(
          "the number of %s is %d; it goes from %d to %d".formatted(what, n, least, most));
    }
  }

  /** One measurement under way. */
  private static final class Trial {
    private final Map<String, Tensor> inputs;
    private final int runs;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    // Numbers of requests; null where there is no queue.
    private final BlockingQueue<Integer> waiting;
    private final Semaphore room;
    private final long[] submitted;
    private final long[] endToEnd;
    private final long[] model;

    Trial(Map<String, Tensor> inputs, int queue, int runs) {
      this.inputs = inputs;
      this.runs = runs;
      waiting = queue == 0 ? null : new ArrayBlockingQueue<>(queue);
      room = new Semaphore(queue);
      submitted = new long[runs];
      endToEnd = new long[runs];
      model = new long[runs];
    }

    Throughput measure(List<Session> sessions) {
      List<Thread> threads = new ArrayList<>();
      long start = System.nanoTime();
      for (Session s : sessions) {
        threads.add(Thread.ofPlatform().name("vitrine-instance").start(() -> serve(s)));
      }
      try {
        for (int i = 0; waiting != null && i < runs; i++) {
          room.acquire();
          submitted[i] = System.nanoTime();
          waiting.add(i);
        }
        for (Thread t : threads) {
          t.join();
        }
      } catch (InterruptedException e) {
        failure.compareAndSet(null, e);
        threads.forEach(Thread::interrupt);
        Thread.currentThread().interrupt();
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new VitrineException("the measurement was interrupted", e);
      }
      return new Throughput(runs, seconds, Latency.of(endToEnd), Latency.of(model));
    }

    private void serve(Session session) {
      long[] steps = new long[1];
      for (int ticket = next.getAndIncrement(); ticket < runs; ticket = next.getAndIncrement()) {
        try {
          int request = take(ticket);
          // After a failure requests are only taken, so that nobody waits for ever.
          if (failure.get() == null) {
            steps[0] = 0;
            session.run(inputs, (_, time) -> steps[0] += time);
            endToEnd[request] = System.nanoTime() - submitted[request];
            model[request] = steps[0];
          }
        } catch (InterruptedException e) {
          return;
        } catch (Throwable t) {
          failure.compareAndSet(null, t);
        }
      }
    }

    /** The number of the request to do. */
    private int take(int ticket) throws InterruptedException {
      if (waiting == null) {
        submitted[ticket] = System.nanoTime();
        return ticket;
      }
      int request = waiting.take();
      room.release();
      return request;
    }
  }
}
