package chasqui.drills.mesh.process;

import chasqui.drills.fleet.DrillDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where clients connect.
///
/// @param addresses `HOST:PORT` each, tried in turn
/// @param authority PEM file of who signed the certificate that they meet; empty: no TLS
public record Door(List<String> addresses, Optional<Path> authority) {

  /// Without TLS, which is for this machine alone.
  public static Door plain(List<String> addresses) {
    return new Door(addresses, Optional.empty());
  }

  /// Lets a device in.
  public void let(DrillDevice device) {
    String[] endpoints = addresses.toArray(String[]::new);
    authority.ifPresentOrElse(trusted -> device.connectTrusting(trusted, endpoints), () -> device.connect(endpoints));
  }
}
