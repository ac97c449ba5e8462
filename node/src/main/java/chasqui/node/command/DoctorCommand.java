package chasqui.node.command;

import chasqui.node.doctor.Doctor;
import chasqui.node.doctor.Finding;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Checks what a node needs, one line each. Exit 1 if anything fails.
@Command(name = "doctor", mixinStandardHelpOptions = true,
    description = "Checks what a node needs: OK, WARN or FAIL, each with how to mend it. Exit 1 if anything fails.")
public final class DoctorCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = Doctor.examine(options.data(), options.load(), InstantSource.system().instant());
    findings.forEach(finding -> out.println(finding.line()));
    out.flush();
    return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL) ? 1 : 0;
  }
}
