using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Snapshots;

/// <summary>A line of a snapshot, whose members are read by name.</summary>
internal sealed class SnapshotLine : IDisposable
{
    // The data, and the line around it.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Rules.MaximumDataDepth + 1 };

    private readonly long number;
    private readonly JsonDocument document;

    private SnapshotLine(long number, JsonDocument document)
    {
        this.number = number;
        this.document = document;
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="EmulatorSnapshotException">It is not a JSON object.</exception>
    public static SnapshotLine Parse(long number, ReadOnlyMemory<byte> text)
    {
        JsonDocument? document = null;
        try
        {
            document = Utf8.IsValid(text.Span) ? JsonDocument.Parse(text, Options) : null;
        }
        catch (JsonException)
        {
            // Handled below.
        }

        if (document?.RootElement.ValueKind != JsonValueKind.Object)
        {
            document?.Dispose();
            throw new EmulatorSnapshotException(number, "is not a JSON object in UTF-8.");
        }

        SnapshotLine line = new(number, document);
        HashSet<string> names = [];
        line.Require(line.Names().All(names.Add), "must not have the same member twice.");
        return line;
    }

    public void Dispose() => document.Dispose();

    /// <summary>Checks that it is the first line of a snapshot that can be read.</summary>
    public void RequireHeader()
    {
        Require(
            document.RootElement.TryGetProperty("format", out JsonElement format) && format.ValueKind == JsonValueKind.String && format.ValueEquals(SnapshotFormat.Name),
            $"is not the first line of a snapshot: {{ \"format\": \"{SnapshotFormat.Name}\", … }}.");
        long version = Number("version");
        Require(
            version is >= 1 and <= SnapshotFormat.Version,
            $"says that the snapshot is of version {version}. This emulator reads version {SnapshotFormat.Version}.");
    }

    /// <summary>An object's name; null if it has none.</summary>
    public string? Name() => document.RootElement.TryGetProperty("name", out _) ? Ruled("name", () => Rules.UniqueName(Text("name"))) : null;

    /// <summary>A map item's key.</summary>
    public string Key() => Ruled("key", () => Rules.ItemKey(Text("key")));

    /// <summary>The identity that a permission is about.</summary>
    public string Identity() => Ruled("identity", () => Rules.Identity(Text("identity")));

    /// <summary>When it expires; null for never.</summary>
    public DateTimeOffset? Expires() => !document.RootElement.TryGetProperty("expires", out _) ? null
        : DateTimeOffset.TryParse(Text("expires"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date
        : throw Refuse("expires must be a date such as 2030-01-31T12:00:00Z.");

    /// <summary>The JSON text of a document or an item, to the byte.</summary>
    /// <param name="kind">What the data is of: lists and maps stand for their items.</param>
    public string Data(ObjectKind kind)
    {
        string data = document.RootElement.TryGetProperty("data", out JsonElement json) ? json.GetRawText()
            : document.RootElement.TryGetProperty("dataText", out _) ? Text("dataText")
            : throw Refuse("has no data.");
        try
        {
            return Rules.Data(data, kind);
        }
        catch (ProtocolException exception)
        {
            throw Refuse(exception.Status == 413 ? "data must not be larger than 16 KiB." : "data must be a JSON object.");
        }
    }

    /// <summary>A text that is not empty.</summary>
    public string Text(string name)
    {
        try
        {
            return document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 } text ? text : throw Refuse($"{name} must be a text that is not empty.");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            throw Refuse($"{name} must be a text that is not empty.");
        }
    }

    public bool Boolean(string name) => document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Refuse($"{name} must be true or false.");

    /// <summary>How much the last line says that there is.</summary>
    public ContentCounts Counts() => SnapshotFormat.Counts.Select(Number).ToArray() is [var documents, var lists, var listItems, var maps, var mapItems, var streams, var permissions]
        ? new ContentCounts(documents, lists, listItems, maps, mapItems, streams, permissions)
        : ContentCounts.None;

    public void Require(bool condition, string rule)
    {
        if (!condition)
        {
            throw Refuse(rule);
        }
    }

    /// <summary>Makes the refusal of the line.</summary>
    public EmulatorSnapshotException Refuse(string rule) => new(number, rule);

    private IEnumerable<string> Names()
    {
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            string? name = null;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair.
            }

            yield return name ?? throw Refuse("has a member whose name is not valid text.");
        }
    }

    private long Number(string name) =>
        document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0
            ? number
            : throw Refuse($"{name} must be a whole number.");

    private T Ruled<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ProtocolException exception)
        {
            throw Refuse($"{name} cannot be used: {exception.Message}");
        }
    }
}
