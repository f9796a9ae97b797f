package dev.vitrine.features.evaluate;

import dev.vitrine.formats.pickle.NumpyArray;
import dev.vitrine.formats.pickle.PickleMachine;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What a retrieval data set says is right, as the files {@code gnd_roxford5k.pkl} and {@code
 * gnd_rparis6k.pkl} of Revisited Oxford and Paris state it.
 *
 * @param database names of the pictures that are searched, without endings
 * @param queries names of the pictures that are searched for
 * @param answers one for each query
 */
public record RetrievalTruth(List<String> database, List<String> queries, List<Answer> answers) {
  /**
   * Which of the database show what a query does.
   *
   * @param easy indices into the database, as {@code hard} and {@code junk}
   * @param box the part of the query that is meant: left, top, right, bottom in pixels; null for
   *     all of it
   */
  public record Answer(int[] easy, int[] hard, int[] junk, double[] box) {}

  /**
   * Reads a ground truth file. Nothing in it is executed.
   *
   * @throws VitrineException when it is damaged or lacks an entry
   */
  public static RetrievalTruth read(Path file) {
    return new Reader(file).truth();
  }

  private record Reader(Path file) {
    RetrievalTruth truth() {
      if (!(PickleMachine.read(file) instanceof Map<?, ?> all)) {
        throw fault("holds no dictionary with imlist, qimlist and gnd");
      }
      List<String> database = names(all, "imlist");
      List<String> queries = names(all, "qimlist");
      List<?> gnd = list(all.get("gnd"), "gnd");
      if (gnd.size() != queries.size()) {
        throw fault(
            "has %d queries in qimlist but %d in gnd".formatted(queries.size(), gnd.size()));
      }
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < gnd.size(); i++) {
        answers.add(answer(gnd.get(i), "query " + queries.get(i), database.size()));
      }
      return new RetrievalTruth(database, queries, List.copyOf(answers));
    }

    private List<String> names(Map<?, ?> all, String key) {
      List<String> names = new ArrayList<>();
      for (Object name : list(all.get(key), key)) {
        if (!(name instanceof String s)) {
          throw fault(key + " holds something that is no name");
        }
        names.add(s);
      }
      if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
        throw fault(key + (names.isEmpty() ? " is empty" : " holds a name twice"));
      }
      return List.copyOf(names);
    }

    private Answer answer(Object entry, String query, int most) {
      if (!(entry instanceof Map<?, ?> map)) {
        throw fault(query + " has no dictionary in gnd");
      }
      int[][] sets = new int[3][];
      List<String> keys = List.of("easy", "hard", "junk");
      for (int i = 0; i < 3; i++) {
        if (!map.containsKey(keys.get(i))) {
          throw fault(query + " has no '" + keys.get(i) + "'; name the revisited ground truth");
        }
        sets[i] = indices(map.get(keys.get(i)), query, keys.get(i), most);
      }
      double[] box = null;
      if (map.get("bbx") != null) {
        box = list(map.get("bbx"), query).stream().mapToDouble(x -> real(x, query)).toArray();
        if (box.length != 4) {
          throw fault(query + " has a bbx of " + box.length + " numbers");
        }
      }
      return new Answer(sets[0], sets[1], sets[2], box);
    }

    private int[] indices(Object value, String query, String key, int most) {
      List<?> list = list(value, query);
      int[] out = new int[list.size()];
      for (int i = 0; i < out.length; i++) {
        double v = real(list.get(i), query);
        if (v != Math.rint(v) || v < 0 || v >= most) {
          throw fault("%s has %s in '%s'; imlist has %d".formatted(query, v, key, most));
        }
        out[i] = (int) v;
      }
      return out;
    }

    private double real(Object value, String query) {
      if (value instanceof Number n) {
        return n.doubleValue();
      }
      throw fault(query + " has something that is no number");
    }

    private List<?> list(Object value, String what) {
      return switch (value) {
        case List<?> list -> list;
        case NumpyArray a when a.objects() != null -> a.objects();
        case NumpyArray a when a.tensor() != null ->
            LongStream.range(0, a.tensor().count()).mapToObj(i -> a.tensor().real(i)).toList();
        case null, default -> throw fault(what + " is missing or no list");
      };
    }

    private VitrineException fault(String what) {
      return new VitrineException(file + ": " + what + "; get the file again");
    }
  }
}
