/// Sequences, commits and serves what was said: journal, custody, log, marks, cursors and membership.
package chasqui.mailbox;
