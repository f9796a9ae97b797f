package dev.vitrine.formats.npy;

import dev.vitrine.formats.FormatException;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dictionary of an array file: {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3,)}}.
 */
record NpyHeader(DType dtype, boolean bigEndian, boolean fortran, Shape shape) {
  private static final int MAX_RANK = 64;
  private static final Pattern TOKEN =
      Pattern.compile("\\s*('[^']*'|\"[^\"]*\"|[A-Za-z]+|\\d+L?|[{}()\\[\\]:,])");

  static NpyHeader of(TensorType type) {
    return new NpyHeader(type.dtype(), false, false, type.shape());
  }

  static NpyHeader parse(String text, String name) {
    return new Parser(text, name).header();
  }

  String text() {
    StringBuilder s = new StringBuilder("{'descr': '");
    s.append(dtype.bytes() == 1 ? '|' : '<').append(NumpyTypes.code(dtype));
    s.append("', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < shape.rank(); i++) {
      s.append(i == 0 ? "" : " ").append(shape.size(i)).append(',');
    }
    if (shape.rank() > 1) {
      s.setLength(s.length() - 1);
    }
    return s.append("), }").toString();
  }

  /** Reads just the literals that the header may hold. */
  private static final class Parser {
    private final Matcher tokens;
    private final String text;
    private final String name;
    private String token;

    Parser(String text, String name) {
      this.text = text;
      this.name = name;
      this.tokens = TOKEN.matcher(text);
      next();
    }

    NpyHeader header() {
      String descr = null;
      Boolean fortran = null;
      Shape shape = null;
      take("{");
      while (!token.equals("}")) {
        String key = string();
        take(":");
        switch (key) {
          case "descr" -> descr = string();
          case "fortran_order" -> fortran = bool();
          case "shape" -> shape = shape();
          default -> throw fault("unknown key '" + key + "'");
        }
        if (!token.equals("}")) {
          take(",");
        }
      }
      if (descr == null || fortran == null || shape == null) {
        throw fault("'descr', 'fortran_order' or 'shape' is missing");
      }
      String code = descr.isEmpty() ? "" : descr.substring(1);
      DType dtype = NumpyTypes.dtype(code);
      if (dtype == null || "<>|=".indexOf(descr.charAt(0)) < 0) {
        throw new FormatException(
            name
                + ": elements of type '"
                + descr
                + "' are not supported; save numbers, such as float32");
      }
      return new NpyHeader(dtype, descr.charAt(0) == '>', fortran, shape);
    }

    private Shape shape() {
      List<Long> sizes = new ArrayList<>();
      take("(");
      while (!token.equals(")")) {
        if (!token.matches("\\d{1,18}L?") || sizes.size() == MAX_RANK) {
          throw fault("bad shape");
        }
        sizes.add(Long.parseLong(token.replace("L", "")));
        next();
        if (!token.equals(")")) {
          take(",");
        }
      }
      next();
      return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    private boolean bool() {
      boolean yes = token.equals("True");
      if (!yes && !token.equals("False")) {
        throw fault("'fortran_order' is neither True nor False");
      }
      next();
      return yes;
    }

    private String string() {
      if (token.isEmpty() || "'\"".indexOf(token.charAt(0)) < 0) {
        throw token.equals("[")
            ? new FormatException(name + ": structured elements are not supported; save one field")
            : fault("a string is expected");
      }
      String s = token.substring(1, token.length() - 1);
      next();
      return s;
    }

    private void take(String expected) {
      if (!token.equals(expected)) {
        throw fault("'" + expected + "' is expected");
      }
      next();
    }

    private void next() {
      if (tokens.lookingAt()) {
        token = tokens.group(1);
        tokens.region(tokens.end(), text.length());
      } else {
        token = "";
      }
    }

    private FormatException fault(String what) {
      return new FormatException(
          name + ": the .npy header is damaged (" + what + "); save it anew");
    }
  }
}
