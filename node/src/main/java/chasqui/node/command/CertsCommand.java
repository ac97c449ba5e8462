package chasqui.node.command;

import chasqui.discovery.Role;
import chasqui.node.StartException;
import chasqui.node.certs.DevAuthority;
import chasqui.node.vouch.Peer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes an authority and a certificate for each role, for nodes on one machine.
@Command(name = "certs", mixinStandardHelpOptions = true,
    description = "Makes an authority and certificates of the roles, for nodes on this machine. What is there already stays.")
public final class CertsCommand implements Callable<Integer> {

  private static final String ROLE = "spiffe://chasqui/role/";
  private static final String SERVICE = "spiffe://chasqui/service/";

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR",
      description = "Where to: authority.pem, and for each role ROLE.crt and ROLE.key; node.* is for all roles in one, services.* for an edge of internal services and operators.")
  private Path folder;

  @Option(names = "--service", paramLabel = "NAME", description = "Also service-NAME.crt and .key, for an internal service.")
  private List<String> services = new ArrayList<>();

  @Override
  public Integer call() {
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    List<String> roles = new ArrayList<>(
        Stream.of(Role.values()).map(role -> role.name().toLowerCase(Locale.ROOT)).toList());
    // A process that has all roles may serve services and operators too.
    wanted.put("node", Stream.concat(roles.stream(), Stream.of(Peer.SERVICES)).map(ROLE::concat).toList());
    wanted.put("services", List.of(ROLE + "edge", ROLE + Peer.SERVICES));
    roles.add("gateway");
    roles.forEach(role -> wanted.put(role, List.of(ROLE + role)));
    for (String service : services) {
      if (!service.matches("[a-z0-9][a-z0-9-]{0,62}")) {
        throw new StartException("a service's name is 1 to 63 of a-z 0-9 -, got `" + service + "`");
      }
      wanted.put("service-" + service, List.of(SERVICE + service));
    }
    DevAuthority authority = DevAuthority.in(folder);
    PrintWriter out = spec.commandLine().getOut();
    out.println(authority.certificate());
    wanted.forEach((name, uris) -> out.println(authority.issue(name, uris).certificate()));
    out.flush();
    return 0;
  }
}
