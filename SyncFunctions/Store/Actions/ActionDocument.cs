using System.Text;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Actions;

/// <summary>
/// A document's data with its queues: an array <c>&lt;executor&gt;Actions</c> for each executor, and the latest takes in the member <c>$takes</c>.
/// Everything else stays as it is.
/// </summary>
internal sealed class ActionDocument
{
    /// <summary>The maximum size of a document with its actions but without its stored takes, in bytes.</summary>
    public const int MaximumSize = JsonObjectText.MaximumDataSize - KeptSize - MaximumForgottenSize;

    // The latest takes, up to this size in total, are not removed for new actions. A take only moves data within the document, so a full queue can always be
    // emptied.
    private const int KeptSize = 3 * 1024;

    // Of older takes only the ID is kept, so that a late call is not mistaken for a new take.
    private const int MaximumForgottenSize = 1024;

    // One stored take must not use up the space of many actions.
    private const int MaximumTakeSize = 4 * 1024;

    private const int MaximumTakes = 100;

    // After this time nobody repeats a take: its caller has given up.
    private static readonly TimeSpan TakeLife = TimeSpan.FromMinutes(1);
    private static readonly JsonPointer TakesPointer = JsonPointer.Of("$takes");

    private readonly JsonSplice text;
    private readonly Takes takes;

    /// <summary>Reads a document's data.</summary>
    /// <exception cref="ParameterException">Its <c>$takes</c> has another form (409).</exception>
    public ActionDocument(JsonText data)
    {
        text = new JsonSplice(data);
        takes = text.Find(TakesPointer) is { } kept ? Takes.Read(kept) : new Takes([], []);
        text.Remove(TakesPointer);
    }

    /// <summary>Finds a take by its ID, or <see langword="null"/> if there is none.</summary>
    /// <exception cref="ParameterException">There was one, and only its ID is kept (410).</exception>
    public Take? Find(string takeId) => takes.Forgotten.Contains(takeId)
        ? throw new ParameterException("takeId", "was used for a take so long ago that what it got is not kept any more. Nothing was taken.", 410)
        : takes.Kept.Find(take => take.Id == takeId);

    /// <summary>Counts an executor's actions.</summary>
    /// <param name="parameter">The parameter to name if the data has something else in the queue's place.</param>
    public int Count(string executor, string parameter) => Queue(executor, parameter)?.Count ?? 0;

    /// <summary>Adds actions to the end of their queues.</summary>
    /// <param name="parameter">The parameter that has the actions.</param>
    /// <exception cref="ParameterException">They do not fit (413), or the data has something else in a queue's place (409).</exception>
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

        while (Size > JsonObjectText.MaximumDataSize && takes.Kept is [var oldest, .. var later]
            && (now - oldest.At >= TakeLife || later.Sum(take => take.Size) >= KeptSize))
        {
            takes.ForgetOldest(MaximumForgottenSize);
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
    /// <param name="maximum">The maximum number. With an ID also at most 4 KiB in total, but always at least one if there is one.</param>
    /// <param name="takeId">The ID under which to store the take, or <see langword="null"/> not to store it.</param>
    /// <exception cref="ParameterException">There is no space to store it (413), or the data has something else in the queue's place (409).</exception>
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

        takes.Kept.Add(new Take(takeId, executor, now, taken));
        while (takes.Kept.Count > MaximumTakes || (Size > JsonObjectText.MaximumDataSize && takes.Kept.Count > 1))
        {
            takes.ForgetOldest(MaximumForgottenSize);
        }

        return Size <= JsonObjectText.MaximumDataSize
            ? taken
            : throw new ParameterException("takeId", "cannot be kept, as the document has no room left for it: take without one, or make room. Nothing was taken.", 413);
    }

    /// <summary>Writes the data.</summary>
    public string GetRawText()
    {
        if (!takes.IsEmpty)
        {
            text.Add(TakesPointer, takes.Text);
        }

        return text.GetRawText();
    }

    private int Size => text.Size + (takes.IsEmpty ? 0 : Encoding.UTF8.GetByteCount(takes.Text) + ",\"$takes\":".Length);

    private IReadOnlyList<JsonText>? Queue(string executor, string parameter) => text.Find(JsonPointer.Of(Member(executor))) is not { } queue || queue.Utf8 is [(byte)'n', ..]
        ? null
        : queue.Utf8 is [(byte)'[', ..]
            ? queue.Elements()
            : throw new ParameterException(parameter, $"names an executor whose queue, the document's {Member(executor)}, is not an array.", 409);

    private static string Member(string executor) => $"{executor}Actions";
}
