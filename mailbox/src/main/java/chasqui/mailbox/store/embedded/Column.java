package chasqui.mailbox.store.embedded;

import java.nio.charset.StandardCharsets;

/// The column families. `package-info.java` tells their keys and values.
enum Column {
  DATA_SET("default"),
  LOG("log"),
  CHANGE("change"),
  CONVERSATION("conversation"),
  MEMBERSHIP("membership"),
  COUNTER("counter"),
  ID("id"),
  JOINED("joined"),
  MARK("mark"),
  LASTING_MARK("lasting_mark"),
  CURSOR("cursor"),
  WATERMARK("watermark"),
  USER("user");

  private final String storedName;

  Column(String storedName) {
    this.storedName = storedName;
  }

  String storedName() {
    return storedName;
  }

  byte[] storedNameBytes() {
    return storedName.getBytes(StandardCharsets.UTF_8);
  }
}
