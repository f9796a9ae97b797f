package dev.vitrine.build.config;

import dev.vitrine.formats.Json;
import dev.vitrine.graph.VitrineException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A configuration that was read.
 *
 * @param config every field
 * @param ignored the fields that were said and mean nothing on a CPU, by path
 */
public record Configuration(BuildConfig config, List<String> ignored) {

  /** The fields that the command line can set. */
  public static List<Flag> flags() {
    return Schema.flags(BuildConfig.class);
  }

  /**
   * Reads a configuration.
   *
   * @param file the configuration, or the YAML of VastAI's compiler; null for flags alone
   * @param flags the words given for paths of {@link #flags()}; they win
   * @throws VitrineException naming the file or flag and the field at fault
   */
  public static Configuration read(Path file, Map<String, List<String>> flags) {
    Map<String, Object> tree = file == null ? Map.of() : ConfigFile.read(file);
    List<String> ignored = List.of();
    if (Vacc.matches(tree)) {
      Vacc vacc = new Vacc(tree, file.toString());
      tree = vacc.tree();
      ignored = vacc.ignored();
    }
    // The file alone first: then what is at fault in both together is a flag.
    new Schema(file + ": ").read(BuildConfig.class, tree);
    Schema both = new Schema("--");
    Map<String, Object> merged = copy(tree);
    flags.forEach((path, words) -> set(merged, path, new Schema.FlagValue(words)));
    BuildConfig config = both.read(BuildConfig.class, merged);
    return new Configuration(
        config, Stream.concat(ignored.stream(), both.ignored().stream()).toList());
  }

  private static Map<String, Object> copy(Map<?, ?> tree) {
    Map<String, Object> out = new LinkedHashMap<>();
    tree.forEach((k, v) -> out.put(k.toString(), v instanceof Map<?, ?> m ? copy(m) : v));
    return out;
  }

  @SuppressWarnings("unchecked")
  private static void set(Map<String, Object> tree, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
      return;
    }
    Object inner =
        tree.computeIfAbsent(path.substring(0, dot), _ -> new LinkedHashMap<String, Object>());
    set((Map<String, Object>) inner, path.substring(dot + 1), value);
  }

  /** Every field in force, as JSON that reads back to the same. */
  public String echo() {
    return Json.print(Schema.tree(config));
  }
}
