package chasqui.client.cli;

/// The chat cannot begin, or cannot go on: a sentence for people and a code for scripts.
final class ChatFailure extends RuntimeException {
  final ExitCode code;

  ChatFailure(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
  }
}
