using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>Where a removal is.</summary>
/// <param name="Last">The last index of the list when the job began; items that were added later stay.</param>
/// <param name="After">The index or key up to which items were looked at; <see langword="null"/> at the begin.</param>
/// <param name="Pending">The indexes or keys of items that are being removed.</param>
internal sealed record RemovalCursor(long? Last, string? After, string[] Pending);

/// <summary>What a removal did.</summary>
public sealed record RemovedItems(long Removed);

/// <summary>Removes the items of a list or a map, which itself stays.</summary>
/// <remarks>
/// Which items come next is saved before they are removed. After a crash those of them that are gone are the job's own work, and counted.
/// </remarks>
internal sealed class RemoveItemsJob : IJobType
{
    /// <summary>The type's name.</summary>
    public const string TypeName = "removeItems";

    private const string ListName = "listName";
    private const string MapName = "mapName";

    // Of keys, which may have 320 characters: so many bytes have room in a job beside the rest, even if escapes make three of each.
    private const int MaximumPendingSize = 2048;
    private const int MaximumPending = 100;

    /// <inheritdoc/>
    public string Name => TypeName;

    /// <inheritdoc/>
    public async Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken)
    {
        Target target = ReadTarget(input);
        _ = target.IsList
            ? (object)await store.GetListAsync(target.Name, cancellationToken)
            : await store.GetMapAsync(target.Name, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken)
    {
        Target target = ReadTarget(step.Input);
        long removed = step.Progress;
        RemovalCursor cursor = step.Cursor(JobJson.Readable.RemovalCursor) ?? new RemovalCursor(
            target.IsList ? await LastIndexAsync(step.Store, target.Name, cancellationToken) : null, null, []);
        do
        {
            while (cursor.Pending is [var next, .. var rest])
            {
                await RemoveAsync(step.Store, target, next, cancellationToken);
                removed++;
                cursor = cursor with { Pending = rest };
                if (step.Count() && (rest.Length > 0 || step.IsOver))
                {
                    await step.SaveAsync(cursor, JobJson.Readable.RemovalCursor, removed, cancellationToken);
                    if (step.IsOver)
                    {
                        return null;
                    }
                }
            }

            cursor = await NextAsync(step.Store, target, cursor, cancellationToken);
            await step.SaveAsync(cursor, JobJson.Readable.RemovalCursor, removed, cancellationToken);
        }
        while (cursor.Pending.Length > 0);

        return new JsonText(JsonSerializer.SerializeToUtf8Bytes(new RemovedItems(removed), JobJson.Readable.RemovedItems));
    }

    /// <inheritdoc/>
    public Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken) => Task.CompletedTask;

    private static Target ReadTarget(JsonText input)
    {
        JobInput read = JobInput.Read(input, ListName, MapName);
        return (read.Text(ListName), read.Text(MapName)) switch
        {
            ({ } list, null) => new Target(IsList: true, Named(ListName, list)),
            (null, { } map) => new Target(IsList: false, Named(MapName, map) is SyncStore.JobsMap
                ? throw JobInput.Refuse(MapName, "must not be the map of jobs: cleanJobs removes jobs.")
                : map),
            (null, null) => throw JobInput.Refuse(ListName, "is required, or mapName."),
            _ => throw JobInput.Refuse(MapName, "must not be given beside listName."),
        };
    }

    private static string Named(string parameter, string name) => SyncPath.IsSegment(name) && name.Length <= 320 && !name.Any(char.IsControl) && !SyncSid.HasForm(name)
        ? name
        : throw JobInput.Refuse(parameter, "must be a unique name.");

    private static async Task<long?> LastIndexAsync(SyncStore store, string list, CancellationToken cancellationToken) =>
        (await store.QueryListItemsAsync(list, new ItemQuery("desc", null, null), new PageRequest(1, null), cancellationToken)).Items is [var last] ? last.Index : null;

    private static async Task<RemovalCursor> NextAsync(SyncStore store, Target target, RemovalCursor cursor, CancellationToken cancellationToken)
    {
        ItemQuery query = cursor.After is null ? default : new ItemQuery("asc", cursor.After, "exclusive");
        PageRequest page = new(MaximumPending, null);
        string[] ids = target.IsList
            ?
            [
                .. (await store.QueryListItemsAsync(target.Name, query, page, cancellationToken)).Items
                    .Where(item => item.Index <= cursor.Last)
                    .Select(item => item.Index.ToString(CultureInfo.InvariantCulture)),
            ]
            : [.. (await store.QueryMapItemsAsync(target.Name, query, page, cancellationToken)).Items.Select(item => item.Key)];
        int room = MaximumPendingSize;
        string[] pending = [.. ids.TakeWhile((id, place) => (room -= Encoding.UTF8.GetByteCount(id)) >= 0 || place == 0)];
        return cursor with { After = pending.LastOrDefault(cursor.After), Pending = pending };
    }

    // Gone is gone, whoever removed it.
    private static async Task RemoveAsync(SyncStore store, Target target, string id, CancellationToken cancellationToken)
    {
        try
        {
            await (target.IsList
                ? store.RemoveListItemByIndexAsync(target.Name, long.Parse(id, CultureInfo.InvariantCulture), cancellationToken: cancellationToken)
                : store.RemoveMapItemAsync(target.Name, id, cancellationToken: cancellationToken));
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // As it should be.
        }
    }

    private sealed record Target(bool IsList, string Name);
}
