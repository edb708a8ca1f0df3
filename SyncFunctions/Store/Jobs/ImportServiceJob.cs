using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Store.Jobs;

/// <summary>Creates the contents of a snapshot in the storage.</summary>
internal sealed class ImportServiceJob(ISnapshotStorage storage, TimeProvider time) : IJobType
{
    /// <summary>The type's name.</summary>
    public const string TypeName = "importService";

    private const string From = "from";
    private const string OnConflict = "onConflict";

    /// <inheritdoc/>
    public string Name => TypeName;

    /// <inheritdoc/>
    public async Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken)
    {
        (string name, _) = ReadInput(input);
        if (!await storage.ExistsAsync(name, cancellationToken))
        {
            throw NotThere();
        }
    }

    /// <inheritdoc/>
    public async Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken)
    {
        (string name, SnapshotConflict onConflict) = ReadInput(step.Input);
        SnapshotImporter importer = new(
            step.Store, time, From, onConflict, step.Cursor(JobJson.Readable.ImportCursor) ?? ImportCursor.Start, step.Since);
        await using Stream snapshot = await storage.OpenAsync(name, importer.Cursor.Position, cancellationToken) ?? throw NotThere();
        await importer.ImportAsync(snapshot, SaveAsync, cancellationToken);
        if (step.IsOver && !importer.Cursor.IsComplete)
        {
            return null;
        }

        await step.SaveAsync(importer.Cursor, JobJson.Readable.ImportCursor, importer.Cursor.Lines, cancellationToken);
        return new JsonText(JsonSerializer.SerializeToUtf8Bytes(importer.Cursor.Result, JobJson.Readable.ImportedSnapshot));

        async Task<bool> SaveAsync()
        {
            if (!step.Count())
            {
                return false;
            }

            await step.SaveAsync(importer.Cursor, JobJson.Readable.ImportCursor, importer.Cursor.Lines, cancellationToken);
            return step.IsOver && !importer.Cursor.IsComplete;
        }
    }

    /// <inheritdoc/>
    public Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken) => Task.CompletedTask;

    private static (string Name, SnapshotConflict OnConflict) ReadInput(JsonText input)
    {
        JobInput read = JobInput.Read(input, From, OnConflict);
        return (read.Name(From), read.Text(OnConflict) switch
        {
            null or "fail" => SnapshotConflict.Fail,
            "skip" => SnapshotConflict.Skip,
            "replace" => SnapshotConflict.Replace,
            _ => throw JobInput.Refuse(OnConflict, "must be fail, skip or replace."),
        });
    }

    private static ParameterException NotThere() => JobInput.Refuse(From, "names no snapshot that is there.", 404);
}
