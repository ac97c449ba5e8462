package chasqui.registry;

/// A router that has asked about a user and is told of changes. Guarded by the directory's lock.
final class Interest {

  final UserEntry user;
  final RouterPeer router;
  // The notice that tells the router to forget; the interest ends when it is taken, unless the router asks again. 0: none.
  long forgetNotice;

  Interest(UserEntry user, RouterPeer router) {
    this.user = user;
    this.router = router;
  }
}
