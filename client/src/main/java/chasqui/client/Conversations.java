package chasqui.client;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.AddMembersResponse;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateDirectResponse;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.CreateGroupResponse;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.GetConversationResponse;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.LeaveGroupResponse;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.ListReceiptsResponse;
import chasqui.conversation.v1.MemberReceipt;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.conversation.v1.RemoveMemberResponse;
import chasqui.conversation.v1.RenameGroupRequest;
import chasqui.conversation.v1.RenameGroupResponse;
import chasqui.conversation.v1.SetRoleRequest;
import chasqui.conversation.v1.SetRoleResponse;
import chasqui.log.v1.Role;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Conversations and their members. A failed future holds a [ChasquiException]; changes complete with the `seq` of the
/// entry that tells them.
public final class Conversations {
  private static final int RECEIPTS_MAX = 500;

  private final UnaryCalls calls;

  Conversations(UnaryCalls calls) {
    this.calls = calls;
  }

  /// The 1:1 conversation with a peer, created if it is not there.
  public CompletableFuture<Conversation> createDirect(String peer) {
    var request = CreateDirectRequest.newBuilder().setPeerUserId(peer).build();
    return calls.call(ConversationServiceGrpc.getCreateDirectMethod(), request)
        .thenApply(CreateDirectResponse::getConversation);
  }

  /// A new group with the caller as owner.
  public CompletableFuture<Conversation> createGroup(String title, Collection<String> members) {
    var request = CreateGroupRequest.newBuilder()
        .setRequestId(calls.freshId())
        .setTitle(title)
        .addAllMemberUserIds(members)
        .build();
    return calls.call(ConversationServiceGrpc.getCreateGroupMethod(), request)
        .thenApply(CreateGroupResponse::getConversation);
  }

  public CompletableFuture<Conversation> get(String conversationId) {
    var request = GetConversationRequest.newBuilder().setConversationId(conversationId).build();
    return calls.call(ConversationServiceGrpc.getGetConversationMethod(), request)
        .thenApply(GetConversationResponse::getConversation);
  }

  /// A page of the caller's conversations, those that moved last first. It may be short before the last one.
  ///
  /// @param pageToken `next_page_token` of the page before, or empty
  public CompletableFuture<ListConversationsResponse> list(int pageSize, String pageToken) {
    var request = ListConversationsRequest.newBuilder().setPageSize(pageSize).setPageToken(pageToken).build();
    return calls.call(ConversationServiceGrpc.getListConversationsMethod(), request);
  }

  /// How far the members received and read, a page at a time; for members.
  ///
  /// @param pageToken from the page before, or empty
  public CompletableFuture<ListReceiptsResponse> receipts(String conversationId, int pageSize, String pageToken) {
    var request = ListReceiptsRequest.newBuilder()
        .setConversationId(conversationId)
        .setPageSize(pageSize)
        .setPageToken(pageToken)
        .build();
    return calls.call(ConversationServiceGrpc.getListReceiptsMethod(), request);
  }

  /// How far the first 500 members received and read: all, as a rule.
  public CompletableFuture<List<MemberReceipt>> receipts(String conversationId) {
    return receipts(conversationId, RECEIPTS_MAX, "").thenApply(ListReceiptsResponse::getReceiptsList);
  }

  public CompletableFuture<Long> addMembers(String conversationId, Collection<String> users) {
    var request = AddMembersRequest.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(calls.freshId())
        .addAllUserIds(users)
        .build();
    return calls.call(ConversationServiceGrpc.getAddMembersMethod(), request).thenApply(AddMembersResponse::getSeq);
  }

  public CompletableFuture<Long> removeMember(String conversationId, String user) {
    var request = RemoveMemberRequest.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(calls.freshId())
        .setUserId(user)
        .build();
    return calls.call(ConversationServiceGrpc.getRemoveMemberMethod(), request)
        .thenApply(RemoveMemberResponse::getSeq);
  }

  public CompletableFuture<Long> leave(String conversationId) {
    var request = LeaveGroupRequest.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(calls.freshId())
        .build();
    return calls.call(ConversationServiceGrpc.getLeaveGroupMethod(), request).thenApply(LeaveGroupResponse::getSeq);
  }

  public CompletableFuture<Long> rename(String conversationId, String title) {
    var request = RenameGroupRequest.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(calls.freshId())
        .setTitle(title)
        .build();
    return calls.call(ConversationServiceGrpc.getRenameGroupMethod(), request).thenApply(RenameGroupResponse::getSeq);
  }

  public CompletableFuture<Long> setRole(String conversationId, String user, Role role) {
    var request = SetRoleRequest.newBuilder()
        .setConversationId(conversationId)
        .setClientMessageId(calls.freshId())
        .setUserId(user)
        .setRole(role)
        .build();
    return calls.call(ConversationServiceGrpc.getSetRoleMethod(), request).thenApply(SetRoleResponse::getSeq);
  }
}
