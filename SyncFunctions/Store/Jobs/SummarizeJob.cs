using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Statistics;

namespace SyncFunctions.Store.Jobs;

/// <summary>The position of a summary.</summary>
/// <param name="Last">The last index of the list when the job started; items that were added later do not count.</param>
/// <param name="After">The index or key up to which items were read; <see langword="null"/> at the start.</param>
/// <param name="All">The summary of all numbers: the state of a <see cref="NumberSketch"/>.</param>
/// <param name="Groups">The summary of each group's numbers.</param>
internal sealed record SummaryCursor(long? Last, string? After, JsonText All, IReadOnlyList<GroupCursor> Groups);

/// <summary>The summary of a group's numbers.</summary>
/// <param name="Key">A text that identifies the group.</param>
/// <param name="Value">The value that its items have in common.</param>
internal sealed record GroupCursor(string Key, JsonText Value, JsonText Numbers);

/// <summary>Summarizes the numbers in a list's or a map's items, however many there are.</summary>
internal sealed class SummarizeJob : IJobType
{
    /// <summary>The type's name.</summary>
    public const string TypeName = "summarize";

    private const string Path = "path";
    private const string Where = "where";
    private const string GroupBy = "groupBy";

    // The rest of a job's 16 KiB is for its input and its output, which has an element for each group too.
    private const int MaximumCursorSize = 9 * 1024;

    /// <inheritdoc/>
    public string Name => TypeName;

    /// <inheritdoc/>
    public Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken) => Read(input).Items.CheckAsync(store, cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken)
    {
        (JobItems items, SummaryRequest request) = Read(step.Input);
        ItemNumbers wanted = new(request);
        SummaryCursor cursor = step.Cursor(JobJson.Readable.SummaryCursor)
            ?? new SummaryCursor(await items.LastIndexAsync(step.Store, cancellationToken), null, new JsonText(new NumberSketch().ToJson()), []);
        long rows = step.Progress;
        NumberSketch all = Sketch(cursor.All);
        OrderedDictionary<string, Group> groups = new(StringComparer.Ordinal);
        foreach (GroupCursor group in cursor.Groups)
        {
            groups.Add(group.Key, new Group(group.Value, Sketch(group.Numbers)));
        }

        string? after = cursor.After;
        while (true)
        {
            JobItemPage page = await items.PageAsync(step.Store, after, cursor.Last, cancellationToken);
            foreach (JobItem item in page.Items)
            {
                if (wanted.Find(item.Data) is { } found)
                {
                    Count(found, all, request.GroupBy is null ? null : groups);
                }
            }

            rows += page.Items.Count;
            after = page.Items is [.., var last] ? last.Id : after;
            cursor = new SummaryCursor(
                cursor.Last,
                after,
                new JsonText(all.ToJson()),
                [.. groups.Select(group => new GroupCursor(group.Key, group.Value.Value, new JsonText(group.Value.Numbers.ToJson())))]);
            RequireRoom(cursor);
            await step.SaveAsync(cursor, JobJson.Readable.SummaryCursor, rows, cancellationToken);
            if (page.IsLast)
            {
                return Result(rows, all, groups);
            }

            if (step.IsOver)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken) => Task.CompletedTask;

    private static (JobItems Items, SummaryRequest Request) Read(JsonText input)
    {
        JobInput read = JobInput.Read(input, JobItems.ListName, JobItems.MapName, Path, Where, GroupBy);
        JobItems items = JobItems.Read(read);
        return (items, new SummaryRequest(read.Field(Path) ?? throw JobInput.Refuse(Path, "is required."), read.Condition(Where), read.Field(GroupBy)));
    }

    private static void Count(ItemNumber found, NumberSketch all, OrderedDictionary<string, Group>? groups)
    {
        all.Add(found.Number, found.Written);
        if (groups is null)
        {
            return;
        }

        if (!groups.TryGetValue(found.Group.Key, out Group? group))
        {
            groups.Add(found.Group.Key, group = new Group(found.Group.Value, new NumberSketch()));
        }

        group.Numbers.Add(found.Number, found.Written);
    }

    private static void RequireRoom(SummaryCursor cursor)
    {
        if (JsonSerializer.SerializeToUtf8Bytes(cursor, JobJson.Readable.SummaryCursor).Length > MaximumCursorSize)
        {
            throw JobInput.Refuse(GroupBy, "makes more groups than a job has room for: summarize some of the items at a time, with where.", 413);
        }
    }

    private static JsonText Result(long rows, NumberSketch all, OrderedDictionary<string, Group> groups)
    {
        double error = groups.Values.Select(group => group.Numbers.Error).Append(all.Error).Max();
        CollectionSummary summary = new(
            rows, all.Summarize(), [.. groups.Values.Select(group => new GroupSummary(group.Value, group.Numbers.Summarize()))]);
        byte[] result = JsonSerializer.SerializeToUtf8Bytes(summary, JobJson.Readable.CollectionSummary);
        return new JsonText($"{Encoding.UTF8.GetString(result)[..^1]},\"percentileError\":{JsonSerializer.Serialize(Math.Round(error, 4))}}}");
    }

    private static NumberSketch Sketch(JsonText state) => NumberSketch.Parse(state.GetRawText());

    private sealed record Group(JsonText Value, NumberSketch Numbers);
}
