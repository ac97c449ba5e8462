/// Who is alive and who owns which slot: membership, placement and resolving, the part of the session registry that every role imports.
package chasqui.discovery;
