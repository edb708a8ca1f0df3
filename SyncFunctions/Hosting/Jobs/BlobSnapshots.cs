using System.Globalization;
using System.Text;

using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>Keeps snapshots as blobs in a container. The pieces are blocks, and become a blob once all of them are written.</summary>
internal sealed class BlobSnapshots(BlobContainerClient container) : ISnapshotStorage
{
    private const string Writer = "writer";

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) => await TryAsync(async () =>
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return (await container.GetBlobClient(name).ExistsAsync(cancellationToken)).Value;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task AppendAsync(string name, string writer, SnapshotExtent written, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            using MemoryStream content = new(piece.ToArray(), writable: false);
            // Overwrites a block of an attempt that was not recorded.
            await container.GetBlockBlobClient(name).StageBlockAsync(Block(writer, written.Pieces), content, cancellationToken: cancellationToken);
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync(string name, string writer, SnapshotExtent written, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        BlockBlobClient blob = container.GetBlockBlobClient(name);
        try
        {
            await blob.CommitBlockListAsync(
                Enumerable.Range(0, written.Pieces).Select(piece => Block(writer, piece)),
                new CommitBlockListOptions
                {
                    Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                    HttpHeaders = new BlobHttpHeaders { ContentType = SnapshotFormat.MediaType },
                    Metadata = new Dictionary<string, string> { [Writer] = writer },
                },
                cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed or StatusCodes.Status400BadRequest)
        {
            // The blob exists: this writer created it and the response was lost, or another writer created it, which discarded these blocks.
            Response<BlobProperties> there = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (!there.Value.Metadata.TryGetValue(Writer, out string? owner) || owner != writer)
            {
                throw new ParameterException("input.to", "is the name of a snapshot that already exists.", StatusCodes.Status409Conflict);
            }
        }

        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task AbandonAsync(string name, string writer, CancellationToken cancellationToken)
    {
        // Azure discards blocks that do not become a blob within a week.
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string name, long position, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        try
        {
            BlobOpenReadOptions options = new(allowModifications: false) { Position = position, BufferSize = 1024 * 1024 };
            return await container.GetBlobClient(name).OpenReadAsync(options, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status404NotFound)
        {
            return (Stream?)null;
        }
    }, cancellationToken);

    private async Task<T> TryAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await operation();
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception, cancellationToken))
        {
            throw Storage.Unavailable($"The container {container.Name} of snapshots", exception);
        }
    }

    // All IDs of a blob's blocks have the same length.
    private static string Block(string writer, int piece) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{writer}-{piece:d6}")));
}
