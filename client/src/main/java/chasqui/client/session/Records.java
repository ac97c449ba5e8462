package chasqui.client.session;

/// Numbers the records of the durable state.
final class Records {
  private final SessionEffects effects;
  private long last;

  Records(SessionEffects effects) {
    this.effects = effects;
  }

  long append(StoreRecord record, boolean sync) {
    effects.store(++last, record, sync);
    return last;
  }
}
