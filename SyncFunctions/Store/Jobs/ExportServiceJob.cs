using System.Buffers;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Store.Jobs;

/// <summary>The position of an export.</summary>
/// <param name="Written">The part that is in the storage.</param>
internal sealed record ExportCursor(SnapshotCursor Snapshot, SnapshotExtent Written);

/// <summary>The result of an export.</summary>
/// <param name="To">The snapshot's name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ExportedSnapshot(string To, long Bytes, SnapshotCounts Counts);

/// <summary>Writes everything that a service holds to the snapshot storage.</summary>
/// <remarks>Lines after the saved cursor are overwritten, so nothing is in a snapshot twice.</remarks>
internal sealed class ExportServiceJob(ISnapshotStorage storage, TimeProvider time) : IJobType
{
    /// <summary>The type's name.</summary>
    public const string TypeName = "exportService";

    private const string To = "to";

    // Takes little memory, and makes few pieces: a blob has 50,000 at most.
    private const int PieceSize = 1024 * 1024;

    /// <inheritdoc/>
    public string Name => TypeName;

    /// <inheritdoc/>
    public async Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken)
    {
        if (await storage.ExistsAsync(ReadName(input), cancellationToken))
        {
            throw JobInput.Refuse(To, "is the name of a snapshot that already exists.", 409);
        }
    }

    /// <inheritdoc/>
    public async Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken)
    {
        string name = ReadName(step.Input);
        ExportCursor cursor = step.Cursor(JobJson.Readable.ExportCursor) ?? new ExportCursor(SnapshotCursor.Start, SnapshotExtent.None);
        SnapshotExporter exporter = new(step.Store, time, cursor.Snapshot);
        ArrayBufferWriter<byte> piece = new();
        while (!cursor.Snapshot.IsComplete)
        {
            await exporter.WriteAsync(piece, cancellationToken);
            if (piece.WrittenCount >= PieceSize || exporter.Cursor.IsComplete || step.Count())
            {
                if (piece.WrittenCount > 0)
                {
                    await storage.AppendAsync(name, step.JobId, cursor.Written, piece.WrittenMemory, cancellationToken);
                }

                SnapshotExtent written = new(cursor.Written.Length + piece.WrittenCount, cursor.Written.Pieces + (piece.WrittenCount > 0 ? 1 : 0));
                cursor = new ExportCursor(exporter.Cursor, written);
                piece.ResetWrittenCount();
                await step.SaveAsync(cursor, JobJson.Readable.ExportCursor, cursor.Snapshot.Lines, cancellationToken);
                if (step.IsOver && !cursor.Snapshot.IsComplete)
                {
                    return null;
                }
            }
        }

        await storage.CompleteAsync(name, step.JobId, cursor.Written, cancellationToken);
        return new JsonText(JsonSerializer.SerializeToUtf8Bytes(
            new ExportedSnapshot(name, cursor.Written.Length, cursor.Snapshot.Counts), JobJson.Readable.ExportedSnapshot));
    }

    /// <inheritdoc/>
    public Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken) =>
        storage.AbandonAsync(ReadName(input), jobId, cancellationToken);

    private static string ReadName(JsonText input) => JobInput.Read(input, To).Name(To);
}
