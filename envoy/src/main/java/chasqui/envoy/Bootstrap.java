package chasqui.envoy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What Envoy is started with: one of the configurations of `envoy/bootstrap`, rendered into a folder.
public enum Bootstrap {
  /// TLS and HTTP/2 end at Envoy.
  EDGE_L7("edge-l7", List.of("edge-l7.yaml", "certificate.yaml")),
  /// TLS ends at the edge.
  EDGE_L4("edge-l4", List.of("edge-l4.yaml"));

  /// The file that Envoy is started with, in the folder that was rendered into.
  public static final String FILE = "bootstrap.yaml";

  private final String id;
  private final List<String> templates;

  Bootstrap(String id, List<String> templates) {
    this.id = id;
    this.templates = templates;
  }

  /// @throws Refusal if there is none of that name
  static Bootstrap of(String id) {
    return Arrays.stream(values()).filter(any -> any.id.equals(id)).findFirst()
        .orElseThrow(() -> new Refusal("there is no configuration " + id + ", but "
            + String.join(", ", Arrays.stream(values()).map(Bootstrap::id).toList())));
  }

  /// The name on the command line.
  public String id() {
    return id;
  }

  /// Its variables, by name; without `into`, which is the folder.
  Map<String, Template.Variable> variables() {
    Map<String, Template.Variable> variables = new LinkedHashMap<>();
    templates.forEach(template -> read(template).variables().forEach(variable -> variables.putIfAbsent(variable.name(), variable)));
    variables.remove("into");
    return variables;
  }

  /// Writes everything that Envoy reads at its start, and answers the file to start it with. The list of edges is made
  /// empty where there is none: Envoy does not start without one.
  ///
  /// @param folder made if it is not there
  /// @param values of the variables; one that is unknown is refused
  /// @throws Refusal if a value is unknown, missing or unusable; nothing is written then
  public Path render(Path folder, Map<String, String> values) {
    Map<String, String> all = new HashMap<>(values);
    TreeSet<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(variables().keySet());
    if (!unknown.isEmpty()) {
      throw new Refusal(id + " has no variable " + String.join(", ", unknown));
    }
    Path into = folder.toAbsolutePath().normalize();
    all.put("into", into.toString());
    Map<Path, String> files = new LinkedHashMap<>();
    for (String template : templates) {
      String name = template.equals(id + ".yaml") ? FILE : template;
      files.put(into.resolve(name), read(template).render(all));
    }
    try {
      Files.createDirectories(into);
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Files.writeString(file.getKey(), file.getValue());
      }
      new EndpointsFile(Path.of(all.get("endpoints"))).createEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + into, e);
    }
    return into.resolve(FILE);
  }

  private static Template read(String name) {
    try (InputStream text = Bootstrap.class.getResourceAsStream("bootstrap/" + name)) {
      return Template.of(name, new String(text.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
