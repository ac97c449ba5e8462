package chasqui.client.session;

/// Who the session speaks for.
///
/// @param deviceId 1 to 64 of `A-Z a-z 0-9 . _ -`, the same for the life of the data folder
/// @param clientName name and version of the software, for operators
/// @param endpoints how many endpoints there are; the session names them by index
/// @param bounds every bound and delay
public record SessionConfig(String deviceId, String clientName, int endpoints, SessionBounds bounds) {

  public SessionConfig {
    if (!deviceId.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "device id \"" + deviceId + "\" must be 1 to 64 of letters, digits, '.', '_' and '-'");
    }
    if (endpoints < 1) {
      throw new IllegalArgumentException("at least one endpoint is needed");
    }
  }
}
