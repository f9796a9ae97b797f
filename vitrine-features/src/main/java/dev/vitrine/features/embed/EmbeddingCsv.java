package dev.vitrine.features.embed;

import dev.vitrine.formats.AtomicFile;
import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Vectors as comma-separated values with a heading, names quoted where they need it (RFC 4180). */
final class EmbeddingCsv {
  private EmbeddingCsv() {}

  static void write(Path file, List<String> names, Shape row, EmbeddingFile.Rows rows) {
    int channels = (int) row.size(row.rank() - 1);
    int columns = row.rank() == 3 ? (int) row.size(1) : 1;
    boolean patches = row.rank() == 3;
    AtomicFile.write(
        file,
        out -> {
          Writer text =
              new BufferedWriter(Channels.newWriter(out, StandardCharsets.UTF_8), 1 << 16);
          text.write(patches ? "file,row,column" : "file");
          for (int c = 0; c < channels; c++) {
            text.write("," + c);
          }
          text.write('\n');
          for (int i = 0; i < names.size(); i++) {
            ByteBuffer bytes = rows.bytes(i);
            String name = quoted(names.get(i));
            for (int p = 0; bytes.hasRemaining(); p++) {
              text.write(name);
              if (patches) {
                text.write("," + p / columns + "," + p % columns);
              }
              for (int c = 0; c < channels; c++) {
                text.write("," + bytes.getFloat());
              }
              text.write('\n');
            }
          }
          text.flush();
        });
  }

  private static String quoted(String name) {
    return name.matches("[^\",\r\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Reads vectors; of patches the places are left out, and so is what lies on a grid. */
  static Embeddings read(Path file) {
    List<String> names = new ArrayList<>();
    float[] values = new float[1024];
    int count = 0;
    int channels = -1;
    int line = 1;
    try (BufferedReader in = Files.newBufferedReader(file)) {
      String heading = in.readLine();
      if (heading == null || !heading.startsWith("file,") || heading.startsWith("file,row,")) {
        throw new FormatException(file + ": is no table of one vector a picture; make it again");
      }
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        int end = nameEnd(text);
        String name = text.substring(0, end);
        names.add(
            name.startsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name);
        String[] numbers = text.substring(end + 1).split(",", -1);
        channels = channels < 0 ? numbers.length : channels;
        if (numbers.length != channels) {
          throw new FormatException(
              "%s: line %d has %d numbers, others %d; make it again"
                  .formatted(file, line, numbers.length, channels));
        }
        if (count + channels > values.length) {
          values = Arrays.copyOf(values, Math.addExact(2 * values.length, channels));
        }
        for (String number : numbers) {
          values[count++] = Float.parseFloat(number);
        }
      }
    } catch (NoSuchFileException e) {
      throw new FormatException(file + ": no such file; check the path", e);
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      throw new FormatException(file + ": line " + line + " is damaged; make it again", e);
    } catch (IOException e) {
      throw new FormatException(file + ": can't be read (" + e.getMessage() + ")", e);
    }
    if (names.isEmpty()) {
      throw new FormatException(file + ": holds no vectors; make it again");
    }
    return new Embeddings(
        names, Tensor.f32(Shape.of(names.size(), channels), Arrays.copyOf(values, count)));
  }

  /** Where the comma after the name is. */
  private static int nameEnd(String line) {
    int at = 0;
    if (line.startsWith("\"")) {
      for (at = 1; line.charAt(at) != '"' || line.startsWith("\"\"", at); at++) {
        at += line.charAt(at) == '"' ? 1 : 0;
      }
      at++;
    }
    int comma = line.indexOf(',', at);
    return comma < 0 ? line.length() + 1 : comma;
  }
}
