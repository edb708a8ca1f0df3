namespace SyncFunctions.Store.Sessions;

/// <summary>Selects the sessions to read, and their order. A value that is <see langword="null"/> was not given.</summary>
/// <param name="From">The earliest start (UTC), or <see langword="null"/> for any.</param>
/// <param name="To">The latest start (UTC), inclusive, or <see langword="null"/> for any.</param>
/// <param name="State">The state that a participant who was not removed must be in, or <see langword="null"/> for any.</param>
/// <param name="IncludesCanceled">Whether canceled sessions are read too, or <see langword="null"/> for no.</param>
/// <param name="IncludesRemoved">Whether participants who were removed are read too, or <see langword="null"/> for no.</param>
/// <param name="Order"><c>asc</c> or <c>desc</c>, by start, or <see langword="null"/> for <c>asc</c>.</param>
public sealed record SessionQuery(
    DateTime? From = null, DateTime? To = null, string? State = null, bool? IncludesCanceled = null, bool? IncludesRemoved = null, string? Order = null)
{
    /// <summary>The order from the last start to the first.</summary>
    public const string Descending = "desc";

    /// <summary>Gets whether the last start comes first.</summary>
    internal bool IsDescending => Order == Descending;

    /// <summary>Checks whether a session is one of those to read.</summary>
    internal bool Matches(Session session) =>
        (session.CanceledTime is null || IncludesCanceled == true)
        && (State is null || session.Participants.Any(participant => participant.DeletedAt is null && participant.State == State));

    /// <summary>Leaves out the participants that are not to be read.</summary>
    internal Session Shown(Session session) => IncludesRemoved == true ? session : session.WithoutRemoved();
}
