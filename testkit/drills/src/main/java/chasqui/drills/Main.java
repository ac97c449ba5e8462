package chasqui.drills;

import chasqui.drills.crash.CrashCommand;
import chasqui.drills.demo.DemoCommand;
import chasqui.drills.faults.FaultsCommand;
import chasqui.drills.fuzz.FuzzCommand;
import chasqui.drills.mesh.MeshCommand;
import chasqui.drills.sim.SimCommand;
import chasqui.drills.syncs.SyncsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The drills' command line; the launcher calls it.
@Command(name = "drills", mixinStandardHelpOptions = true, subcommands = {
    DemoCommand.class, CrashCommand.class, FaultsCommand.class, FuzzCommand.class, MeshCommand.class, SimCommand.class,
    SyncsCommand.class},
    description = "Whole meshes under fire.")
public final class Main {

  private Main() {}

  static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }
}
