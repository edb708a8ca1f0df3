using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Actions;

/// <summary>The takes that a document stores, oldest first.</summary>
/// <param name="Forgotten">The IDs of takes whose actions are no longer stored.</param>
/// <param name="Kept">The later takes.</param>
internal sealed record Takes(List<string> Forgotten, List<Take> Kept)
{
    /// <summary>Gets whether nothing is stored.</summary>
    public bool IsEmpty => Forgotten.Count == 0 && Kept.Count == 0;

    /// <summary>Gets the JSON text: an array of IDs, followed by elements <c>{ "takeId", "executor", "at", "actions" }</c>.</summary>
    public string Text => $"[{string.Join(',', Forgotten.Select(id => JsonSerializer.Serialize(id)).Concat(Kept.Select(take => take.Text)))}]";

    /// <summary>Reads them.</summary>
    /// <exception cref="ParameterException">The text has another form (409).</exception>
    public static Takes Read(JsonText text)
    {
        try
        {
            ILookup<bool, JsonText> elements = text.Elements().ToLookup(element => element.Utf8 is [(byte)'"', ..]);
            return new Takes([.. elements[true].Select(Take.ReadText)], [.. elements[false].Select(Take.Read)]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new ParameterException("docName", "names a document whose member $takes is not what takeActions keeps there.", 409);
        }
    }

    /// <summary>Forgets the actions of the oldest take, and the oldest IDs of takes that were forgotten before.</summary>
    /// <param name="maximumSize">The maximum size of IDs to keep, in bytes.</param>
    public void ForgetOldest(int maximumSize)
    {
        Forgotten.Add(Kept[0].Id);
        Kept.RemoveAt(0);
        while (Forgotten.Sum(id => Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(id)) + 1) > maximumSize)
        {
            Forgotten.RemoveAt(0);
        }
    }
}

/// <summary>The actions of one take, stored so that a taker whose response was lost can ask again.</summary>
internal sealed class Take
{
    /// <summary>Creates a take.</summary>
    public Take(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions)
        : this(id, executor, at, actions, Write(id, executor, at, actions))
    {
    }

    private Take(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions, string text) =>
        (Id, Executor, At, Actions, Text) = (id, executor, at, actions, text);

    /// <summary>Gets the ID that the taker gave it.</summary>
    public string Id { get; }

    /// <summary>Gets the executor of the actions.</summary>
    public string Executor { get; }

    /// <summary>Gets when they were taken.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Gets the actions.</summary>
    public IReadOnlyList<JsonText> Actions { get; }

    /// <summary>Gets its JSON text.</summary>
    public string Text { get; }

    /// <summary>Gets its size with the comma after it, in bytes.</summary>
    public int Size => Encoding.UTF8.GetByteCount(Text) + 1;

    /// <summary>Reads a take.</summary>
    /// <exception cref="JsonException">It has another form; other exceptions mean the same.</exception>
    public static Take Read(JsonText take)
    {
        Dictionary<string, JsonText> members = (take.Members() ?? throw new JsonException("Not an object."))
            .Where(member => member.IsRead).ToDictionary(member => member.Name!, member => member.Value, StringComparer.Ordinal);
        return new Take(
            ReadText(members["takeId"]),
            ReadText(members["executor"]),
            DateTimeOffset.FromUnixTimeSeconds(JsonSerializer.Deserialize<long>(members["at"].Utf8)),
            members["actions"].Elements(),
            take.GetRawText());
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">It has another form.</exception>
    public static string ReadText(JsonText text) => JsonSerializer.Deserialize<string>(text.Utf8) ?? throw new JsonException("Not a text.");

    private static string Write(string id, string executor, DateTimeOffset at, IReadOnlyList<JsonText> actions) =>
        $$"""{"takeId":{{JsonSerializer.Serialize(id)}},"executor":"{{executor}}","at":{{at.ToUnixTimeSeconds()}},"actions":[{{string.Join(',', actions.Select(action => action.GetRawText()))}}]}""";
}
