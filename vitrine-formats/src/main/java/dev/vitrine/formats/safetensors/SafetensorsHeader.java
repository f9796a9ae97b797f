package dev.vitrine.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.formats.FormatException;
import dev.vitrine.formats.JsonReader;
import dev.vitrine.formats.JsonReader.Token;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON header: tensors in the order of the text, and free metadata. */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** A tensor and where its elements lie, counted from the header's end. */
  record Entry(String name, TensorType type, long begin, long end) {}

  /** Element types from the smallest to the largest; the text form is the upper-case name. */
  static final List<DType> TYPES =
      List.of(
          DType.BOOL,
          DType.U8,
          DType.I8,
          DType.I16,
          DType.U16,
          DType.F16,
          DType.BF16,
          DType.I32,
          DType.U32,
          DType.F32,
          DType.F64,
          DType.I64,
          DType.U64);

  private static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 64;

  static SafetensorsHeader parse(byte[] text, String file) {
    try {
      return new Reader(new JsonReader(text), file).header();
    } catch (IOException e) {
      throw new FormatException(file + ": the header is damaged (" + e.getMessage() + ")", e);
    }
  }

  static String print(List<Entry> entries, Map<String, String> metadata) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> e : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(e.getKey(), e.getValue());
        }
        json.writeEndObject();
      }
      for (Entry e : entries) {
        json.writeObjectFieldStart(e.name);
        json.writeStringField("dtype", e.type.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(e.type.shape().sizes(), 0, e.type.shape().rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {e.begin, e.end}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private record Reader(JsonReader json, String file) {
    SafetensorsHeader header() throws IOException {
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(json.next(), Token.START_OBJECT, "header");
      while (json.next() != Token.END_OBJECT) {
        String name = json.name();
        expect(json.token(), Token.START_OBJECT, name);
        if (name.equals(METADATA)) {
          while (json.next() != Token.END_OBJECT) {
            expect(json.token(), Token.STRING, json.name());
            metadata.put(json.name(), json.string());
          }
        } else {
          entries.add(entry(name));
        }
      }
      json.next();
      return new SafetensorsHeader(entries, metadata);
    }

    private Entry entry(String name) throws IOException {
      DType dtype = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.next() != Token.END_OBJECT) {
        switch (json.name()) {
          case "dtype" -> dtype = dtype(name);
          case "shape" -> shape = longs(name);
          case "data_offsets" -> offsets = longs(name);
          default -> throw fault("tensor '" + name + "' has the unknown key '" + json.name() + "'");
        }
      }
      if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
        throw fault("tensor '" + name + "' needs dtype, shape and two data_offsets");
      }
      return new Entry(name, new TensorType(dtype, Shape.of(shape)), offsets[0], offsets[1]);
    }

    private DType dtype(String name) {
      expect(json.token(), Token.STRING, name);
      String text = json.string();
      for (DType t : TYPES) {
        if (t.name().equals(text)) {
          return t;
        }
      }
      throw new FormatException(
          "%s: tensor '%s' has elements of type %s, which are not supported; convert to F32"
              .formatted(file, name, text));
    }

    private long[] longs(String name) throws IOException {
      expect(json.token(), Token.START_ARRAY, name);
      long[] out = new long[MAX_RANK];
      int n = 0;
      while (json.next() != Token.END_ARRAY) {
        expect(json.token(), Token.INTEGER, name);
        if (json.integer() < 0 || n == MAX_RANK) {
          throw fault("tensor '" + name + "' has a bad shape or offset");
        }
        out[n++] = json.integer();
      }
      return Arrays.copyOf(out, n);
    }

    private void expect(Token token, Token wanted, String where) {
      if (token != wanted) {
        throw fault("'" + where + "' is not as it should be");
      }
    }

    private FormatException fault(String what) {
      return new FormatException(file + ": the header is damaged (" + what + "); export it again");
    }
  }
}
