using System.Text.Json;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The response to a tunnelled request.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Body">Writes its JSON.</param>
/// <param name="AfterSending">Runs once it has been queued.</param>
internal sealed record DataReply(int Status, Action<Utf8JsonWriter> Body, Action? AfterSending = null)
{
    /// <summary>Gets the error, or <see langword="null"/> if the request succeeded.</summary>
    public ProtocolException? Refusal { get; private init; }

    /// <summary>Creates an error response.</summary>
    public static DataReply Error(ProtocolException error) => new(error.Status, json => ErrorBody.Write(json, error)) { Refusal = error };
}
