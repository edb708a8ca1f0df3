using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Jobs;

/// <summary>The position of a removal.</summary>
/// <param name="Last">The last index of the list when the job started; items that were added later stay.</param>
/// <param name="After">The index or key up to which items were looked at; <see langword="null"/> at the start.</param>
/// <param name="Pending">The indexes or keys of items that are being removed.</param>
/// <param name="IsLast">Whether there are no more items to look at.</param>
internal sealed record RemovalCursor(long? Last, string? After, string[] Pending, bool IsLast = false);

/// <summary>The result of a removal.</summary>
public sealed record RemovedItems(long Removed);

/// <summary>Removes the items of a list or a map, all or those that meet a condition. The list or map itself stays.</summary>
/// <remarks>
/// The next items are saved before they are removed. After a crash, those of them that no longer exist are the job's own work, and are counted.
/// </remarks>
internal sealed class RemoveItemsJob : IJobType
{
    /// <summary>The type's name.</summary>
    public const string TypeName = "removeItems";

    private const string Where = "where";

    // The size of keys, which may have 320 characters, that fits in a job together with its other members, even if escapes triple it.
    private const int MaximumPendingSize = 2048;

    /// <inheritdoc/>
    public string Name => TypeName;

    /// <inheritdoc/>
    public Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken) => Read(input).Items.CheckAsync(store, cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken)
    {
        (JobItems items, JsonCondition? where) = Read(step.Input);
        long removed = step.Progress;
        RemovalCursor cursor = step.Cursor(JobJson.Readable.RemovalCursor)
            ?? new RemovalCursor(await items.LastIndexAsync(step.Store, cancellationToken), null, []);
        while (true)
        {
            while (cursor.Pending is [var next, .. var rest])
            {
                await RemoveAsync(step.Store, items, next, cancellationToken);
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

            if (cursor.IsLast)
            {
                await step.SaveAsync(cursor, JobJson.Readable.RemovalCursor, removed, cancellationToken);
                return new JsonText(JsonSerializer.SerializeToUtf8Bytes(new RemovedItems(removed), JobJson.Readable.RemovedItems));
            }

            cursor = await NextAsync(step.Store, items, where, cursor, cancellationToken);
            await step.SaveAsync(cursor, JobJson.Readable.RemovalCursor, removed, cancellationToken);
            if (step.IsOver)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken) => Task.CompletedTask;

    private static (JobItems Items, JsonCondition? Where) Read(JsonText input)
    {
        JobInput read = JobInput.Read(input, JobItems.ListName, JobItems.MapName, Where);
        JobItems items = JobItems.Read(read);
        return items is { IsList: false, Name: SyncStore.JobsMap }
            ? throw JobInput.Refuse(JobItems.MapName, "must not be the map of jobs: cleanJobs removes jobs.")
            : (items, read.Condition(Where));
    }

    private static async Task<RemovalCursor> NextAsync(
        SyncStore store, JobItems items, JsonCondition? where, RemovalCursor cursor, CancellationToken cancellationToken)
    {
        JobItemPage page = await items.PageAsync(store, cursor.After, cursor.Last, cancellationToken);
        List<string> pending = [];
        string? after = cursor.After;
        int room = MaximumPendingSize;
        foreach (JobItem item in page.Items)
        {
            if (where?.Matches(item.Data) != false)
            {
                room -= Encoding.UTF8.GetByteCount(item.Id);
                if (room < 0 && pending.Count > 0)
                {
                    return new RemovalCursor(cursor.Last, after, [.. pending]);
                }

                pending.Add(item.Id);
            }

            after = item.Id;
        }

        return new RemovalCursor(cursor.Last, after, [.. pending], page.IsLast);
    }

    // It no longer exists, no matter who removed it.
    private static async Task RemoveAsync(SyncStore store, JobItems items, string id, CancellationToken cancellationToken)
    {
        try
        {
            await (items.IsList
                ? store.RemoveListItemByIndexAsync(items.Name, long.Parse(id, CultureInfo.InvariantCulture), cancellationToken: cancellationToken)
                : store.RemoveMapItemAsync(items.Name, id, cancellationToken: cancellationToken));
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // This is the desired state.
        }
    }
}
