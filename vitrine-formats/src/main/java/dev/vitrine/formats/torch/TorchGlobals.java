package dev.vitrine.formats.torch;

import dev.vitrine.formats.pickle.PickleGlobals;
import dev.vitrine.formats.pickle.PickleGlobals.Function;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names that a checkpoint of plain tensors refers to, and what they make. */
final class TorchGlobals {
  /** A storage type: its element type, null for plain bytes. */
  record StorageType(DType dtype) {}

  private static final Map<String, DType> STORAGES =
      Map.of(
          "Double", DType.F64,
          "Float", DType.F32,
          "Half", DType.F16,
          "BFloat16", DType.BF16,
          "Long", DType.I64,
          "Int", DType.I32,
          "Short", DType.I16,
          "Char", DType.I8,
          "Byte", DType.U8,
          "Bool", DType.BOOL);

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("float64", DType.F64),
          Map.entry("float32", DType.F32),
          Map.entry("float16", DType.F16),
          Map.entry("bfloat16", DType.BF16),
          Map.entry("int64", DType.I64),
          Map.entry("int32", DType.I32),
          Map.entry("int16", DType.I16),
          Map.entry("int8", DType.I8),
          Map.entry("uint64", DType.U64),
          Map.entry("uint32", DType.U32),
          Map.entry("uint16", DType.U16),
          Map.entry("uint8", DType.U8),
          Map.entry("bool", DType.BOOL));

  private TorchGlobals() {}

  static PickleGlobals all() {
    Map<String, Object> out = new HashMap<>();
    STORAGES.forEach(
        (name, dtype) -> {
          out.put("torch." + name + "Storage", new StorageType(dtype));
          out.put("torch.cuda." + name + "Storage", new StorageType(dtype));
        });
    out.put("torch.UntypedStorage", new StorageType(null));
    out.put("torch.storage.UntypedStorage", new StorageType(null));
    TYPES.forEach((name, dtype) -> out.put("torch." + name, dtype));
    out.put("torch.Size", (Function) arguments -> arguments.getFirst());
    out.put("torch.device", (Function) arguments -> arguments.getFirst());
    out.put("torch._utils._rebuild_tensor_v2", (Function) a -> tensor(a, null));
    out.put("torch._utils._rebuild_tensor_v3", (Function) a -> tensor(a, (DType) a.get(6)));
    out.put("torch._utils._rebuild_parameter", (Function) a -> (TorchTensor) a.getFirst());
    return PickleGlobals.numpy()
        .with(out, "save plain tensors: torch.save(model.state_dict(), FILE)");
  }

  /** {@code (storage, offset, size, strides, …)}. */
  private static TorchTensor tensor(List<?> arguments, DType dtype) {
    TorchTensor.Storage storage = (TorchTensor.Storage) arguments.get(0);
    DType type = dtype == null ? storage.dtype() : dtype;
    if (type == null || (storage.dtype() != null && storage.dtype() != type)) {
      throw new IllegalArgumentException("element types differ");
    }
    long[] sizes = longs(arguments.get(2)).stream().mapToLong(Long::longValue).toArray();
    return new TorchTensor(
        storage, type, (Long) arguments.get(1), Shape.of(sizes), longs(arguments.get(3)));
  }

  /**
   * {@code ('storage', type, key, location, elements)}, in the legacy format with a sixth: null or
   * {@code (view key, offset, elements)}.
   */
  static TorchTensor.Storage storage(Object id) {
    List<?> parts = (List<?>) id;
    if (!parts.get(0).equals("storage")) {
      throw new IllegalArgumentException("no storage");
    }
    StorageType type = (StorageType) parts.get(1);
    long offset = parts.size() > 5 && parts.get(5) != null ? longs(parts.get(5), 1) : 0;
    return new TorchTensor.Storage((String) parts.get(2), type.dtype(), offset);
  }

  private static long longs(Object tuple, int i) {
    return (Long) ((List<?>) tuple).get(i);
  }

  private static List<Long> longs(Object tuple) {
    return ((List<?>) tuple).stream().map(x -> (Long) x).toList();
  }
}
