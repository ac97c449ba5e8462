import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Rules on Java sources, checked on the syntax tree: strings and comments cannot confuse them.
class JavaRules extends TreeScanner<Void, Void> {
  private static final int FILE_CODE_LINES_MAX = 300;
  private static final int METHOD_LINES_MAX = 70;
  private static final int CONSTRUCTOR_PARAMETERS_MAX = 7;

  /// Calls that hide time or chance from the tests, each with what to use instead.
  private static final Map<String, String> HIDDEN_INPUTS = Map.of(
      "Instant.now", "take an InstantSource",
      "System.currentTimeMillis", "take an InstantSource",
      "Math.random", "take a RandomGenerator",
      "Thread.sleep", "take a scheduler, or poll with a deadline in a test");

  private final String path;
  private final CompilationUnitTree unit;
  private final LineMap lines;
  private final SourcePositions positions;
  private final List<Tidy.Breach> breaches = new ArrayList<>();
  private ClassTree enclosing;

  private JavaRules(String path, CompilationUnitTree unit, SourcePositions positions) {
    this.path = path;
    this.unit = unit;
    this.lines = unit.getLineMap();
    this.positions = positions;
  }

  static List<Tidy.Breach> check(String path, String text) throws IOException {
    var source = new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
    var task = (JavacTask) ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, new DiagnosticCollector<JavaFileObject>(), List.of("-proc:none"), null, List.of(source));
    CompilationUnitTree unit = task.parse().iterator().next();
    var rules = new JavaRules(path, unit, Trees.instance(task).getSourcePositions());
    rules.checkFileLines(text);
    rules.scan(unit, null);
    return rules.breaches;
  }

  private void checkFileLines(String text) {
    boolean inComment = false;
    int code = 0;
    for (String raw : text.split("\n", -1)) {
      String line = raw.strip();
      if (inComment) {
        inComment = !line.contains("*/");
      } else if (line.startsWith("/*")) {
        inComment = !line.contains("*/");
      } else if (!line.isEmpty() && !line.startsWith("//")) {
        code++;
      }
    }
    if (code > FILE_CODE_LINES_MAX) {
      add(1, "file-lines", code + " code lines, at most " + FILE_CODE_LINES_MAX);
    }
  }

  @Override
  public Void visitClass(ClassTree type, Void nothing) {
    ClassTree outer = enclosing;
    enclosing = type;
    super.visitClass(type, nothing);
    enclosing = outer;
    return null;
  }

  @Override
  public Void visitMethod(MethodTree method, Void nothing) {
    int begin = lineOf(positions.getStartPosition(unit, method));
    int end = lineOf(positions.getEndPosition(unit, method));
    if (end - begin + 1 > METHOD_LINES_MAX) {
      add(begin, "method-lines", method.getName() + " has " + (end - begin + 1) + " lines, at most " + METHOD_LINES_MAX);
    }
    boolean constructor = method.getReturnType() == null && enclosing.getKind() != Tree.Kind.RECORD;
    if (constructor && method.getParameters().size() > CONSTRUCTOR_PARAMETERS_MAX) {
      add(begin, "constructor-parameters", method.getParameters().size() + " parameters, at most " + CONSTRUCTOR_PARAMETERS_MAX);
    }
    return super.visitMethod(method, nothing);
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
    String callee = call.getMethodSelect().toString();
    for (Map.Entry<String, String> hidden : HIDDEN_INPUTS.entrySet()) {
      if ((callee.equals(hidden.getKey()) || callee.endsWith("." + hidden.getKey())) && appliesTo(hidden.getKey())) {
        add(lineOf(positions.getStartPosition(unit, call)), "hidden-input", callee + ": " + hidden.getValue());
      }
    }
    return super.visitMethodInvocation(call, nothing);
  }

  /// Tests may read the clock, but sleep no more than main code may.
  private boolean appliesTo(String callee) {
    return callee.equals("Thread.sleep") || !path.contains("src/test/");
  }

  private int lineOf(long position) {
    return position < 0 ? 1 : (int) lines.getLineNumber(position);
  }

  private void add(int line, String rule, String what) {
    breaches.add(new Tidy.Breach(path, line, rule, what));
  }
}
