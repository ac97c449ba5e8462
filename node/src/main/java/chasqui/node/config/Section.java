package chasqui.node.config;

import java.util.Set;

/// One component's record and the name that its keys begin with. Records may share a name, never a key; a record within
/// a record adds its component's name.
///
/// @param name such as `edge`
/// @param defaults a record; its values are the defaults
/// @param wired components that the node sets itself, by key without the name; they are no settings
public record Section(String name, Record defaults, Set<String> wired) {

  public Section(String name, Record defaults) {
    this(name, defaults, Set.of());
  }
}
