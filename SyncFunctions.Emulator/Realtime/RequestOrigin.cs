namespace SyncFunctions.Emulator.Realtime;

/// <summary>A client's request under way, which the changes it makes come from.</summary>
internal sealed class RequestOrigin(RealtimeConnection connection)
{
    public RealtimeConnection Connection { get; } = connection;

    /// <summary>Whether its answer is on its way; the <see cref="RequestPipeline"/>'s alone.</summary>
    public bool IsAnswered { get; set; }
}
