package dev.vitrine.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.vitrine.formats.FormatException;
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
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static SafetensorsHeader parse(byte[] text, String file) {
    try (JsonParser json = JSON.createParser(text)) {
      return new Reader(json, file).header();
    } catch (IOException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      throw new FormatException(file + ": the header is damaged (" + reason + ")", e);
    }
  }

  static String print(List<Entry> entries, Map<String, String> metadata) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
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

  private record Reader(JsonParser json, String file) {
    SafetensorsHeader header() throws IOException {
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(json.nextToken(), JsonToken.START_OBJECT, "header");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        expect(json.nextToken(), JsonToken.START_OBJECT, name);
        if (name.equals(METADATA)) {
          while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, key);
            metadata.put(key, json.getText());
          }
        } else {
          entries.add(entry(name));
        }
      }
      if (json.nextToken() != null) {
        throw fault("something follows the object");
      }
      return new SafetensorsHeader(entries, metadata);
    }

    private Entry entry(String name) throws IOException {
      DType dtype = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> dtype = dtype(name);
          case "shape" -> shape = longs(name);
          case "data_offsets" -> offsets = longs(name);
          default -> throw fault("tensor '" + name + "' has the unknown key '" + key + "'");
        }
      }
      if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
        throw fault("tensor '" + name + "' needs dtype, shape and two data_offsets");
      }
      return new Entry(name, new TensorType(dtype, Shape.of(shape)), offsets[0], offsets[1]);
    }

    private DType dtype(String name) throws IOException {
      expect(json.currentToken(), JsonToken.VALUE_STRING, name);
      String text = json.getText();
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
      expect(json.currentToken(), JsonToken.START_ARRAY, name);
      long[] out = new long[MAX_RANK];
      int n = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
        if (json.getLongValue() < 0 || n == MAX_RANK) {
          throw fault("tensor '" + name + "' has a bad shape or offset");
        }
        out[n++] = json.getLongValue();
      }
      return Arrays.copyOf(out, n);
    }

    private void expect(JsonToken token, JsonToken wanted, String where) {
      if (token != wanted) {
        throw fault("'" + where + "' is not as it should be");
      }
    }

    private FormatException fault(String what) {
      return new FormatException(file + ": the header is damaged (" + what + "); export it again");
    }
  }
}
