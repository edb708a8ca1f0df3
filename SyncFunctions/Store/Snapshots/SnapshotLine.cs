using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Snapshots;

/// <summary>A line of a snapshot that was read.</summary>
internal sealed class SnapshotLine
{
    private readonly Dictionary<string, JsonText> members;
    private readonly string source;

    private SnapshotLine(string source, Dictionary<string, JsonText> members)
    {
        this.source = source;
        this.members = members;
    }

    /// <summary>Gets its kind.</summary>
    public SnapshotKind Kind { get; private init; }

    /// <summary>Gets the object's name, or <see langword="null"/> if it has none.</summary>
    public string? Name => members.ContainsKey("name") ? Segment("name") : null;

    /// <summary>Gets a map item's key.</summary>
    public string Key => Segment("key");

    /// <summary>Gets the identity of a permission.</summary>
    public string Identity => Segment("identity");

    /// <summary>Gets why an export failed.</summary>
    public string Detail => Text("detail");

    /// <summary>Gets when it expires (UTC), or <see langword="null"/> for never.</summary>
    public DateTime? Expires => !members.ContainsKey("expires") ? null
        : DateTime.TryParse(
            Text("expires"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime date)
        ? date
        : throw Refuse("expires must be a date such as 2030-01-31T12:00:00Z.");

    /// <summary>Gets the data of a document or an item.</summary>
    public JsonText Data { get; private init; }

    /// <summary>Gets the counts in the last line.</summary>
    public SnapshotCounts Counts => new(
        Number("documents"), Number("lists"), Number("listItems"), Number("maps"), Number("mapItems"), Number("streams"), Number("permissions"));

    /// <summary>Reads a line.</summary>
    /// <param name="source">The line's name in errors.</param>
    /// <exception cref="ParameterException">It is not a line of a snapshot.</exception>
    public static SnapshotLine Read(string source, ReadOnlyMemory<byte> text, bool isFirst)
    {
        SnapshotLine line = new(source, Members(source, text));
        if (isFirst)
        {
            line.CheckHeader();
            return new SnapshotLine(source, line.members) { Kind = SnapshotKind.Header };
        }

        SnapshotKind kind = line.ReadKind();
        bool hasData = kind is SnapshotKind.Document or SnapshotKind.ListItem or SnapshotKind.MapItem;
        return new SnapshotLine(source, line.members) { Kind = kind, Data = hasData ? line.ReadData() : default };
    }

    /// <summary>Reads a permission's right.</summary>
    public bool Right(string name) => members.TryGetValue(name, out JsonText value) && value.GetRawText() is "true" or "false"
        ? value.GetRawText() == "true"
        : throw Refuse($"{name} must be true or false.");

    /// <summary>Creates the error for the line.</summary>
    public ParameterException Refuse(string rule, int status = 400) => new(source, rule, status);

    private static Dictionary<string, JsonText> Members(string source, ReadOnlyMemory<byte> text)
    {
        IReadOnlyList<JsonMember>? read = null;
        try
        {
            read = Utf8.IsValid(text.Span) ? new JsonText(text).Members() : null;
        }
        catch (JsonException)
        {
            // The error is thrown below.
        }

        if (read is null)
        {
            throw new ParameterException(source, "is not a JSON object in UTF-8.");
        }

        return read.All(member => member.IsRead)
            ? read.ToDictionary(member => member.Name!, member => member.Value, StringComparer.Ordinal)
            : throw new ParameterException(source, "must not have the same member twice.");
    }

    private void CheckHeader()
    {
        if (!members.TryGetValue("format", out JsonText format) || format.GetRawText() != $"\"{SnapshotFormat.Name}\"")
        {
            throw Refuse($"is not the first line of a snapshot: {{ \"format\": \"{SnapshotFormat.Name}\", … }}.");
        }

        long version = Number("version");
        if (version is < 1 or > SnapshotFormat.Version)
        {
            throw Refuse($"says that the snapshot is of version {version}. This app reads version {SnapshotFormat.Version}.");
        }
    }

    private SnapshotKind ReadKind()
    {
        string text = Text("kind");
        foreach (SnapshotKind kind in Enum.GetValues<SnapshotKind>())
        {
            if (kind != SnapshotKind.Header && SnapshotFormat.Text(kind) == text)
            {
                return kind;
            }
        }

        throw Refuse("is of an unknown kind.");
    }

    private JsonText ReadData()
    {
        JsonText data = members.TryGetValue("data", out JsonText json) ? json
            : members.ContainsKey("dataText") ? new JsonText(Text("dataText"))
            : throw Refuse("has no data.");
        try
        {
            if (data.Members() is null)
            {
                throw Refuse("data must be a JSON object.");
            }
        }
        catch (JsonException)
        {
            throw Refuse("data must be a JSON object.");
        }

        return data.Utf8.Length <= JsonObjectText.MaximumDataSize
            ? data
            : throw Refuse($"data must not be larger than {JsonObjectText.MaximumDataSize / 1024} KiB.", 413);
    }

    // A name that can be part of Sync's URLs.
    private string Segment(string name) => Text(name) is var text && text is not ("." or "..") ? text : throw Refuse($"{name} must not be . or ..");

    private string Text(string name) =>
        members.TryGetValue(name, out JsonText value) && JsonText.StringOf(value.Utf8) is { Length: > 0 } text
            ? text
            : throw Refuse($"{name} must be a text that is not empty.");

    private long Number(string name) =>
        members.TryGetValue(name, out JsonText value)
            && long.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw Refuse($"{name} must be a whole number.");
}
