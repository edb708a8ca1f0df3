using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Actions;

/// <summary>
/// A document's data with its queues: an array <c>&lt;executor&gt;Actions</c> for each executor, and in the member <c>$takes</c> what was taken
/// lately. All else stays as it is.
/// </summary>
internal sealed class ActionDocument
{
    /// <summary>How large actions may make a document, without what is kept of takes, in bytes.</summary>
    public const int MaximumSize = JsonObjectText.MaximumDataSize - KeptSize;

    // The latest takes, of this size together, make no room for further actions: about a dozen. A take only moves what is there, so that a full queue
    // can always be emptied.
    private const int KeptSize = 2 * 1024;

    // What is kept of one take must not keep many actions out.
    private const int MaximumTakeSize = 4 * 1024;

    private const int MaximumTakes = 100;

    // So long after it, nobody asks for a take any more: its caller has given up.
    private static readonly TimeSpan TakeLife = TimeSpan.FromMinutes(1);
    private static readonly JsonPointer TakesPointer = JsonPointer.Of("$takes");

    private readonly JsonSplice text;
    private readonly List<Take> takes;

    /// <summary>Reads a document's data.</summary>
    /// <exception cref="ParameterException">Its <c>$takes</c> is something else (409).</exception>
    public ActionDocument(JsonText data)
    {
        text = new JsonSplice(data);
        takes = text.Find(TakesPointer) is { } kept ? Take.ReadAll(kept) : [];
        text.Remove(TakesPointer);
    }

    /// <summary>Finds a take by its ID; <see langword="null"/> if there is none, or none any more.</summary>
    public Take? Find(string takeId) => takes.Find(take => take.Id == takeId);

    /// <summary>Counts an executor's actions.</summary>
    /// <param name="parameter">The parameter to name if the data have something else in their place.</param>
    public int Count(string executor, string parameter) => Queue(executor, parameter)?.Count ?? 0;

    /// <summary>Puts actions at the end of their queues.</summary>
    /// <param name="parameter">The parameter that has the actions.</param>
    /// <exception cref="ParameterException">They do not fit (413), or the data have something else in a queue's place (409).</exception>
    public void Append(IEnumerable<QueuedAction> actions, string parameter, DateTimeOffset now)
    {
        foreach (QueuedAction action in actions)
        {
            if (Queue(action.Executor, action.TypeName) is null)
            {
                text.Add(JsonPointer.Of(Member(action.Executor)), $"[{action.Text}]");
            }
            else
            {
                text.Add(JsonPointer.Of(Member(action.Executor), "-"), action.Text);
            }
        }

        while (Size > JsonObjectText.MaximumDataSize && takes is [var oldest, .. var later]
            && (now - oldest.At >= TakeLife || later.Sum(take => take.Size) >= KeptSize))
        {
            takes.RemoveAt(0);
        }

        if (text.Size > MaximumSize || Size > JsonObjectText.MaximumDataSize)
        {
            throw new ParameterException(
                parameter,
                $"would make the document larger than {MaximumSize / 1024} KiB, or than 16 KiB with what was taken last. Nothing was added.",
                413);
        }
    }

    /// <summary>Takes the first actions of a queue.</summary>
    /// <param name="maximum">How many at most; with an ID also no more than 4 KiB of them, but one if there is one.</param>
    /// <param name="takeId">The ID to keep the take under; <see langword="null"/> to keep nothing of it.</param>
    /// <exception cref="ParameterException">There is no room to keep it (413), or the data have something else in the queue's place (409).</exception>
    public IReadOnlyList<JsonText> TakeFirst(string executor, int maximum, string? takeId, DateTimeOffset now)
    {
        int size = 0;
        JsonText[] taken =
        [
            .. (Queue(executor, "executor") ?? []).Take(maximum)
                .TakeWhile((action, index) => (size += action.Utf8.Length) <= MaximumTakeSize || index == 0 || takeId is null),
        ];
        JsonPointer first = JsonPointer.Of(Member(executor), "0");
        foreach (JsonText _ in taken)
        {
            text.Remove(first);
        }

        if (takeId is null || taken.Length == 0)
        {
            return taken;
        }

        Take take = new(takeId, executor, now, taken);
        takes.Add(take);
        while (takes.Count > MaximumTakes || (Size > JsonObjectText.MaximumDataSize && takes.Count > 1))
        {
            takes.RemoveAt(0);
        }

        return Size <= JsonObjectText.MaximumDataSize
            ? taken
            : throw new ParameterException("takeId", "cannot be kept, as the document has no room left for it: take without one, or make room. Nothing was taken.", 413);
    }

    /// <summary>Writes the data.</summary>
    public string GetRawText()
    {
        if (takes.Count > 0)
        {
            text.Add(TakesPointer, $"[{string.Join(',', takes.Select(take => take.Text))}]");
        }

        return text.GetRawText();
    }

    private int Size => text.Size + (takes.Count == 0 ? 0 : takes.Sum(take => take.Size) + ",\"$takes\":[".Length);

    private IReadOnlyList<JsonText>? Queue(string executor, string parameter) => text.Find(JsonPointer.Of(Member(executor))) is not { } queue || queue.Utf8 is [(byte)'n', ..]
        ? null
        : queue.Utf8 is [(byte)'[', ..]
            ? queue.Elements()
            : throw new ParameterException(parameter, $"names an executor whose queue, the document's {Member(executor)}, is not an array.", 409);

    private static string Member(string executor) => $"{executor}Actions";
}

/// <summary>What was taken at once, kept so that whoever did not get the answer can ask again.</summary>
internal sealed class Take
{
    /// <summary>Creates what is kept of a take.</summary>
    public Take(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions)
        : this(id, executor, at, actions, Write(id, executor, at, actions))
    {
    }

    private Take(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions, string text) =>
        (Id, Executor, At, Actions, Text) = (id, executor, at, actions, text);

    /// <summary>Gets the ID that the taker gave it.</summary>
    public string Id { get; }

    /// <summary>Gets whose actions they are.</summary>
    public string Executor { get; }

    /// <summary>Gets when they were taken.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Gets the actions.</summary>
    public IReadOnlyList<JsonText> Actions { get; }

    /// <summary>Gets its JSON text.</summary>
    public string Text { get; }

    /// <summary>Gets its size with the comma behind it, in bytes.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Text) + 1;

    /// <summary>Reads an array of takes.</summary>
    /// <exception cref="ParameterException">It is something else (409).</exception>
    public static List<Take> ReadAll(JsonText array)
    {
        try
        {
            return [.. array.Elements().Select(Read)];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new ParameterException("docName", "names a document whose member $takes is not what takeActions keeps there.", 409);
        }
    }

    private static Take Read(JsonText take)
    {
        Dictionary<string, JsonText> members = (take.Members() ?? throw new JsonException("Not an object."))
            .Where(member => member.IsRead).ToDictionary(member => member.Name!, member => member.Value, StringComparer.Ordinal);
        return new Take(
            JsonSerializer.Deserialize<string>(members["takeId"].Utf8) ?? throw new JsonException("Not a text."),
            JsonSerializer.Deserialize<string>(members["executor"].Utf8) ?? throw new JsonException("Not a text."),
            DateTimeOffset.FromUnixTimeSeconds(JsonSerializer.Deserialize<long>(members["at"].Utf8)),
            members["actions"].Elements(),
            take.GetRawText());
    }

    private static string Write(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions) =>
        $$"""{"takeId":{{JsonSerializer.Serialize(id)}},"executor":"{{executor}}","at":{{at.ToUnixTimeSeconds()}},"actions":[{{string.Join(',', actions.Select(action => action.GetRawText()))}}]}""";
}
