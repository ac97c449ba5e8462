/// How later entries change what an earlier one shows. One code for the mailbox, the history service and the SDK.
package chasqui.log.fold;
