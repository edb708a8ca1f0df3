using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    /// <summary>Creates a message stream.</summary>
    /// <param name="streamName">Its unique name, or <see langword="null"/> for a stream without one.</param>
    public Task<SyncStream> CreateStreamAsync(string? streamName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Streams.CreateAsync([("UniqueName", streamName), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a message stream by its name, or creates it if there is none.</summary>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncStream> OpenStreamAsync(string streamName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Streams, streamName, [("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a message stream by its name.</summary>
    public Task<SyncStream> GetStreamAsync(string streamName, CancellationToken cancellationToken = default) =>
        service.Streams.FetchAsync(streamName, cancellationToken);

    /// <summary>Gets a page of the service's message streams.</summary>
    public Task<SyncPage<SyncStream>> GetStreamsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Streams, page, default, cancellationToken);

    /// <summary>Finds the SID of a message stream by its name; <c>""</c> if there is none.</summary>
    public Task<string> SearchStreamAsync(string streamName, CancellationToken cancellationToken = default) =>
        SearchAsync(service.Streams, streamName, stream => stream.Sid, cancellationToken);

    /// <summary>Sets when a message stream expires.</summary>
    public Task<SyncStream> UpdateStreamAsync(string streamName, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Streams.UpdateAsync(streamName, [("Ttl", ttl.OnUpdate)], cancellationToken: cancellationToken);

    /// <summary>Removes a message stream by its name.</summary>
    public Task<string> RemoveStreamAsync(string streamName, CancellationToken cancellationToken = default) =>
        RemoveStreamByIdAsync(streamName, cancellationToken);

    /// <summary>Removes a message stream by its SID.</summary>
    public async Task<string> RemoveStreamByIdAsync(string streamId, CancellationToken cancellationToken = default)
    {
        await service.Streams.RemoveAsync(streamId, cancellationToken: cancellationToken);
        return Deleted;
    }

    /// <summary>Publishes a message to the current subscribers of a stream. It is not stored.</summary>
    /// <param name="data">A JSON object of at most 4 KiB.</param>
    public Task<SyncStreamMessage> PublishStreamMessageAsync(
        string streamName, JsonElement data, CancellationToken cancellationToken = default) =>
        service.StreamMessages(streamName).CreateAsync([("Data", data.GetRawText())], cancellationToken: cancellationToken);
}
