namespace SyncFunctions.Emulator.Model;

/// <summary>Who makes a change.</summary>
/// <param name="Identity">The identity of an access token; <c>system</c> for REST and expiry.</param>
/// <param name="Origin">The realtime request that it comes by; null for none.</param>
/// <param name="EndpointId">The connection of the realtime client; <see langword="null"/> for none.</param>
internal sealed record Caller(string Identity, object? Origin = null, string? EndpointId = null)
{
    /// <summary>REST, and expiry.</summary>
    public static Caller System { get; } = new("system");
}
