package chasqui.mailbox.store.cql;

/// Part of a conversation's log that somebody asks for: `after < seq <= upto`, bounded by count and bytes.
record LogRange(String conversationId, long after, long upto, int entriesMax, long bytesMax) {

  boolean isEmpty() {
    return upto <= after || entriesMax < 1;
  }

  LogRange upto(long head) {
    return new LogRange(conversationId, after, Math.min(upto, head), entriesMax, bytesMax);
  }

  long firstBucket() {
    return Buckets.ofLog(after + 1);
  }

  long lastBucket() {
    return Buckets.ofLog(upto);
  }
}
