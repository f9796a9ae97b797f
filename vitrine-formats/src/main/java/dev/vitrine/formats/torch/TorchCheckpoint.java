package dev.vitrine.formats.torch;

import dev.vitrine.formats.Checkpoint;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.MappedFile;
import dev.vitrine.formats.pickle.PickleMachine;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch checkpoints: the ZIP format of torch ≥ 1.6 and the one before it. Nothing in the file is
 * ever executed. Of what was saved beside the weights, such as an optimizer, nothing is kept.
 */
public final class TorchCheckpoint {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment file;
  private final String name;
  private final Map<String, MemorySegment> storages = new HashMap<>();
  private final Map<String, DType> types = new HashMap<>();
  private Object root;

  private TorchCheckpoint(MemorySegment file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Whether a file starts as either format does. */
  public static boolean matches(MemorySegment file) {
    return StoredZip.matches(file)
        || (file.byteSize() > 2
            && file.get(ValueLayout.JAVA_BYTE, 0) == (byte) 0x80
            && file.get(ValueLayout.JAVA_BYTE, 1) == 2);
  }

  /**
   * Maps a file and reads its weights: the state dictionary itself, or the one in {@code
   * state_dict}, {@code teacher}, {@code model} and the like.
   *
   * @throws FormatException when it is damaged, refers to anything but tensors and plain data, or
   *     holds no weights
   */
  public static Checkpoint read(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return new Checkpoint(path, read(file.bytes(), path.toString()), Map.of(), List.of(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The weights of a file in memory, as views of it; {@code name} stands for it in errors. */
  public static Map<String, Tensor> read(MemorySegment file, String name) {
    TorchCheckpoint c = new TorchCheckpoint(file, name);
    if (StoredZip.matches(file)) {
      c.readZip();
    } else if (matches(file)) {
      c.readLegacy();
    } else {
      throw new FormatException(name + ": is no PyTorch checkpoint; save it with torch.save");
    }
    return c.tensors();
  }

  private void readZip() {
    Map<String, MemorySegment> entries = StoredZip.read(file, name);
    String pickle =
        entries.keySet().stream()
            .filter(e -> e.endsWith("/data.pkl") && e.indexOf('/') == e.lastIndexOf('/'))
            .findFirst()
            .orElseThrow(() -> fault("is a ZIP archive without a checkpoint in it (data.pkl)"));
    String folder = pickle.substring(0, pickle.indexOf('/') + 1);
    if (entries.containsKey(folder + "constants.pkl")) {
      throw fault(
          "is a TorchScript program; save the weights: torch.save(model.state_dict(), FILE)");
    }
    entries.forEach(
        (entry, data) -> {
          if (data == null) {
            throw fault("its entry '" + entry + "' is compressed; save it anew with torch.save");
          }
        });
    MemorySegment order = entries.get(folder + "byteorder");
    if (order != null && order.byteSize() <= 6 && text(order).equals("big")) {
      throw fault("has big-endian elements; save it anew on a little-endian machine");
    }
    entries.forEach(
        (entry, data) -> {
          if (entry.startsWith(folder + "data/")) {
            storages.put(entry.substring(folder.length() + 5), data);
          }
        });
    root = machine(entries.get(pickle)).read();
  }

  /** Magic, version and system as pickles; the object; the storages' keys; then the storages. */
  private void readLegacy() {
    PickleMachine machine = machine(file);
    if (!MAGIC.equals(machine.read())) {
      throw fault("is a pickle but no PyTorch checkpoint; save it with torch.save");
    }
    machine.read();
    if (machine.read() instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw fault("has big-endian elements; save it anew on a little-endian machine");
    }
    root = machine.read();
    if (!(machine.read() instanceof List<?> keys)) {
      throw fault("lists no storages; save it anew");
    }
    long at = machine.position();
    for (Object key : keys) {
      DType type = types.get(String.valueOf(key instanceof String ? key : null));
      if (type == null) {
        throw fault("has a storage that no tensor uses; save it anew");
      }
      long left = file.byteSize() - at - 8;
      long elements = left < 0 ? 0 : file.get(LONG, at);
      if (left < 0 || elements < 0 || elements > left / type.bytes()) {
        throw fault("the file ends inside storage '" + key + "'; download it again");
      }
      storages.put((String) key, file.asSlice(at + 8, elements * type.bytes()));
      at += 8 + elements * type.bytes();
    }
  }

  private PickleMachine machine(MemorySegment pickle) {
    return new PickleMachine(pickle, name, TorchGlobals.all(), this::storage);
  }

  private Object storage(Object id) {
    TorchTensor.Storage storage;
    try {
      storage = TorchGlobals.storage(id);
    } catch (ClassCastException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new FormatException(name + ": refers to a storage in an unknown way; save it anew", e);
    }
    DType type = storage.dtype() == null ? DType.U8 : storage.dtype();
    DType before = types.putIfAbsent(storage.key(), type);
    if (before != null && before != type) {
      throw fault("storage '" + storage.key() + "' has two types; save it anew");
    }
    return storage;
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    long copied = 0;
    for (Map.Entry<String, TorchTensor> e : StateDict.find(root, name).entrySet()) {
      TorchTensor t = e.getValue();
      MemorySegment data = storages.get(t.storage().key());
      if (data == null) {
        throw fault("the storage of tensor '" + e.getKey() + "' is missing; download it again");
      }
      try {
        Tensor tensor = t.over(data);
        copied += t.isContiguous() ? 0 : tensor.data().byteSize();
        out.put(e.getKey(), tensor);
      } catch (RuntimeException x) {
        throw fault("tensor '" + e.getKey() + "' is damaged: " + x.getMessage());
      }
      if (copied > 2 * file.byteSize()) {
        throw fault("its tensors are larger than the file; save them with .contiguous()");
      }
    }
    return out;
  }

  private static String text(MemorySegment data) {
    return new String(data.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII).strip();
  }

  private FormatException fault(String what) {
    return new FormatException(name + ": " + what);
  }
}
