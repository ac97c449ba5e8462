package chasqui.edge.budget;

import chasqui.link.Rate;

/// Every budget, each with its default and its reason.
///
/// @param deviceSends sends of one stream: far above a person's, and a bot's hundred a second
/// @param userSends sends of a user over all devices and calls, counted by receivers: two busy devices
/// @param membersPerUnit members that one unit of `userSends` reaches: a message to a group of 10,000 costs as much as a
///     thousand to a friend
/// @param calls unary calls, range requests and read marks of a user, and ten for each stream that is opened: a client that
///     pages through a long history
/// @param creations conversations that a user creates: a client that begins with its whole address book
/// @param contacts new 1:1 conversations with one user, whoever begins them: a newcomer whom all friends greet
/// @param misses ids that are not found: a client that was away while its groups ended. A flood ends within a second
/// @param serviceFactor how many times as much an internal service may do as a user: it acts for many
/// @param keptMax users of whom each budget is kept, about 150 bytes each; only those who used it lately are
public record BudgetLimits(
    Rate deviceSends, Rate userSends, int membersPerUnit, Rate calls, Rate creations, Rate contacts, Rate misses,
    int serviceFactor, int keptMax) {

  public static final BudgetLimits DEFAULT = new BudgetLimits(
      new Rate(6_000, 500), new Rate(12_000, 1_000), 10, new Rate(6_000, 1_000), new Rate(30, 100), new Rate(60, 100),
      new Rate(60, 100), 20, 50_000);

  public BudgetLimits {
    if (membersPerUnit < 1 || serviceFactor < 1 || keptMax < 1) {
      throw new IllegalArgumentException("budgets need members-per-unit, service-factor and kept-max >= 1");
    }
  }
}
