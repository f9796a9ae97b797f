package dev.vitrine.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the text form of {@link GraphText}, for tests. A constant's line may say {@code = random 7}
 * for seeded values of a normal distribution. A scalar without a type takes the type of the first
 * operand that is no literal.
 */
public final class GraphParser {
  /** A name of a quotient and the like, with others inside. */
  private static final String BRACKETS =
      Stream.iterate("⌊[^⌊⌋]*⌋", inner -> "⌊(?:[^⌊⌋]|" + inner + ")*⌋").skip(8).findFirst().get();

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(->|'[^']*'|\"[^\"]*\"|%?(?:[\\w./-]|"
              + BRACKETS
              + ")(?:[\\w./·+-]|"
              + BRACKETS
              + ")*|[()\\[\\]{},:=])");

  private static final Pattern FACTOR = Pattern.compile("(\\d+)(?![\\w.])|[^·⌊]+|" + BRACKETS);

  private final List<String> tokens = new ArrayList<>();
  private final List<String> packages;
  private final Graph graph = new Graph();
  private final Map<String, Value> values = new HashMap<>();
  private int at;

  private GraphParser(String text, List<String> packages) {
    this.packages = packages;
    for (String line : text.split("\n")) {
      Matcher m = TOKEN.matcher(line);
      int end = 0;
      while (m.lookingAt()) {
        tokens.add(m.group(1));
        end = m.end();
        m.region(end, line.length());
      }
      if (!line.substring(end).isBlank()) {
        throw new GraphException("can't read '" + line.substring(end).strip() + "'");
      }
      tokens.add("\n");
    }
  }

  /** Parses a graph whose operations are those of {@code dev.vitrine.graph.op}. */
  public static Graph parse(String text) {
    return parse(text, List.of());
  }

  /** As above; operations are looked up in those packages too. */
  public static Graph parse(String text, List<String> packages) {
    List<String> all = new ArrayList<>(packages);
    all.addFirst("dev.vitrine.graph.op");
    return new GraphParser(text, all).graph();
  }

  private Graph graph() {
    skipLines();
    expect("graph");
    expect("(");
    while (!accept(")")) {
      String name = next();
      expect(":");
      values.put(name, graph.input(unquoted(name), type()));
      accept(",");
    }
    expect("->");
    expect("(");
    Map<String, String> outputs = new LinkedHashMap<>();
    while (!accept(")")) {
      String name = next();
      outputs.put(unquoted(name), accept("=") ? next() : name);
      accept(",");
    }
    for (skipLines(); at < tokens.size(); skipLines()) {
      if (peek().startsWith("%")) {
        constant();
      } else {
        node();
      }
    }
    outputs.forEach((name, value) -> graph.output(name, value(value)));
    return graph;
  }

  private void constant() {
    String name = next();
    expect(":");
    TensorType type = type();
    expect("=");
    values.put(
        name,
        graph.constant(
            unquoted(name.substring(1)), accept("random") ? random(type) : listed(type)));
  }

  private Tensor random(TensorType type) {
    Random random = new Random(Long.parseLong(next()));
    Tensor t = Tensor.zeros(type);
    for (long i = 0; i < t.count(); i++) {
      t.set(i, random.nextGaussian());
    }
    return t;
  }

  private Tensor listed(TensorType type) {
    Tensor t = Tensor.zeros(type);
    List<String> elements = list();
    if (elements.size() != t.count()) {
      throw new GraphException(type + " needs " + t.count() + " elements, not " + elements.size());
    }
    for (int i = 0; i < elements.size(); i++) {
      put(t, i, elements.get(i));
    }
    return t;
  }

  private static void put(Tensor t, int i, String element) {
    if (t.dtype().isFloat()) {
      t.set(i, Double.parseDouble(element));
    } else {
      t.set(i, Long.parseLong(element));
    }
  }

  private void node() {
    List<String> names = new ArrayList<>();
    List<TensorType> declared = new ArrayList<>();
    do {
      names.add(next());
      declared.add(accept(":") ? type() : TensorType.UNKNOWN);
    } while (accept(","));
    expect("=");
    String op = next();
    expect("(");
    List<Object> args = new ArrayList<>();
    while (!accept(")")) {
      args.add(argument());
      accept(",");
    }
    DType first =
        args.stream()
            .filter(Value.class::isInstance)
            .map(v -> ((Value) v).dtype())
            .findFirst()
            .orElse(DType.F32);
    List<Value> in = new ArrayList<>();
    for (Object arg : args) {
      in.add(arg instanceof String s ? literal(s, first) : (Value) arg);
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (accept("{")) {
      while (!accept("}")) {
        String key = next();
        expect(":");
        attributes.put(key, attribute());
        accept(",");
      }
    }
    Node n =
        graph.node(
            "",
            Attributes.build(kind(op), attributes),
            in,
            names.stream().map(GraphParser::unquoted).toList(),
            declared);
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), n.outputs().get(i));
    }
  }

  /** A value, null for an absent one, or the text of a scalar. */
  private Object argument() {
    if (peek().equals("[")) {
      return graph.constant(
          "literal", Tensor.ints(list().stream().mapToLong(Long::parseLong).toArray()));
    }
    String token = next();
    if (token.equals("_")) {
      return null;
    }
    if (!token.matches("-?\\d.*|-?Infinity|NaN")) {
      return value(token);
    }
    return accept(":") ? literal(token, DType.parse(next())) : token;
  }

  private Value literal(String text, DType dtype) {
    Tensor t = Tensor.zeros(dtype, Shape.SCALAR);
    put(t, 0, text);
    return graph.constant("literal", t);
  }

  private Object attribute() {
    if (peek().equals("[")) {
      return list().stream().map(GraphParser::scalar).toList();
    }
    String token = next();
    if (DType.parse(token) != null && peek().equals("[")) {
      at--;
      return listed(type());
    }
    return scalar(token);
  }

  private static Object scalar(String token) {
    if (token.matches("-?\\d+")) {
      return Long.parseLong(token);
    } else if (token.matches("-?\\d.*|-?Infinity|NaN")) {
      return Float.parseFloat(token);
    }
    return switch (token) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> null;
      default ->
          token.startsWith("\"")
              ? token.substring(1, token.length() - 1)
              : DType.parse(token) != null ? DType.parse(token) : token;
    };
  }

  private List<String> list() {
    expect("[");
    List<String> out = new ArrayList<>();
    while (!accept("]")) {
      out.add(next());
      accept(",");
    }
    return out;
  }

  private TensorType type() {
    String token = next();
    DType dtype = DType.parse(token);
    if (dtype == null) {
      throw new GraphException("'" + token + "' is no element type");
    }
    return new TensorType(dtype, new Shape(list().stream().map(GraphParser::dim).toList()));
  }

  /** A sum of products as {@link Dim#toString} writes it: {@code rows·⌊width/14⌋+1}. */
  private static Dim dim(String text) {
    Dim sum = Dim.of(0);
    int from = 0;
    int depth = 0;
    for (int i = 1; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '+';
      depth += text.charAt(i - 1) == '⌊' ? 1 : text.charAt(i - 1) == '⌋' ? -1 : 0;
      if (depth == 0 && (c == '+' || c == '-')) {
        sum = sum.plus(product(text.substring(from, i)));
        from = i;
      }
    }
    return sum;
  }

  private static Dim product(String term) {
    Dim d = Dim.of(term.startsWith("-") ? -1 : 1);
    Matcher part = FACTOR.matcher(term.replaceFirst("^[+-]", ""));
    while (part.find()) {
      d =
          d.times(
              part.group(1) != null ? Dim.of(Long.parseLong(part.group())) : Dim.of(part.group()));
    }
    return d;
  }

  private Class<? extends Op> kind(String op) {
    for (String p : packages) {
      try {
        return Class.forName(p + "." + op).asSubclass(Op.class);
      } catch (ClassNotFoundException e) {
        // In another package.
      }
    }
    throw new GraphException("no operation '" + op + "' in " + packages);
  }

  private Value value(String token) {
    Value v = values.get(token);
    if (v == null) {
      throw new GraphException(
          "no value '"
              + token
              + "' before its use; there are "
              + Arrays.toString(values.keySet().toArray()));
    }
    return v;
  }

  private static String unquoted(String token) {
    return token.startsWith("'") ? token.substring(1, token.length() - 1) : token;
  }

  private String peek() {
    return at < tokens.size() ? tokens.get(at) : "";
  }

  private String next() {
    return tokens.get(at++);
  }

  private boolean accept(String token) {
    if (peek().equals(token)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw new GraphException("expected '" + token + "', found '" + peek().strip() + "'");
    }
  }

  private void skipLines() {
    while (peek().equals("\n")) {
      at++;
    }
  }
}
