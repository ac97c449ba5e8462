package chasqui.testkit.history;

/// One device's view of one conversation in one generation: positions are comparable only inside it.
public record View(String device, String conversation, long generation) {}
