package chasqui.client.cli;

/// What the process ends with. Numbers are part of the interface: scripts decide by them.
enum ExitCode {
  OK(0),
  FAILED(1),
  USAGE(2),
  UNSENT(3),
  NOT_SIGNED_IN(4),
  NO_CONVERSATION(5),
  UNREACHABLE(6),
  EVICTED(7);

  final int number;

  ExitCode(int number) {
    this.number = number;
  }
}
