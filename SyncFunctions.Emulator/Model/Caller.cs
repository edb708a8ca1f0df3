namespace SyncFunctions.Emulator.Model;

/// <summary>The author of a change.</summary>
/// <param name="Identity">The identity of an access token; <c>system</c> for REST and expiry.</param>
/// <param name="Origin">The realtime request that makes the change, or null if there is none.</param>
/// <param name="EndpointId">The connection of the realtime client, or <see langword="null"/> if there is none.</param>
internal sealed record Caller(string Identity, object? Origin = null, string? EndpointId = null)
{
    /// <summary>The author for REST and expiry.</summary>
    public static Caller System { get; } = new("system");
}
