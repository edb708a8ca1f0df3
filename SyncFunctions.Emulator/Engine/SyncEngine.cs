using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator.Engine;

/// <summary>
/// Sync's objects and rules, whatever protocol they are reached by. Reads see what is committed; writes complete once they are durable.
/// Its callers have checked the form of what they pass (names, JSON, sizes); the engine keeps what must hold between objects.
/// </summary>
internal sealed partial class SyncEngine(Database database, TimeProvider time)
{
    /// <summary>The unique name of the service that exists without having been created.</summary>
    public const string DefaultService = "default";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<T> WriteAsync<T>(Func<WriteContext, T> change, CancellationToken cancellationToken) =>
        database.Writer.WriteAsync(change, cancellationToken);
}
