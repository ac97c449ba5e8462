package chasqui.drills.sim.mesh;

import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;

/// Hears what one mailbox is asked over a link, and what it answers, from outside the simulation.
interface Eavesdropper {

  /// Hears nothing.
  Eavesdropper NONE = new Eavesdropper() {
    @Override
    public void asked(Object link, MailboxRequest request) {}

    @Override
    public void said(Object link, MailboxEvent event) {}
  };

  void asked(Object link, MailboxRequest request);

  void said(Object link, MailboxEvent event);
}
