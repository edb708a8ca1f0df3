using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>Writes the lines of a snapshot: JSON objects, each ended by a line feed.</summary>
internal static class SnapshotFormat
{
    /// <summary>The media type of a snapshot.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>The format's name, in the first line of every snapshot.</summary>
    public const string Name = "syncfunctions-snapshot";

    /// <summary>The version that is written, and the newest version that is accepted.</summary>
    public const int Version = 1;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void WriteHeader(IBufferWriter<byte> output, string serviceSid, DateTimeOffset now) => WriteLine(output, json =>
    {
        json.WriteString("format"u8, Name);
        json.WriteNumber("version"u8, Version);
        json.WriteString("serviceSid"u8, serviceSid);
        json.WriteString("exportedAt"u8, Date(now.UtcDateTime));
    });

    public static void WriteObject(IBufferWriter<byte> output, SnapshotObject value) => WriteLine(output, value.Kind, json =>
    {
        if (value.Name is not null)
        {
            json.WriteString("name"u8, value.Name);
        }

        WriteExpiry(json, value.DateExpires);
        if (value.Data is { } data)
        {
            WriteData(json, data);
        }
    });

    public static void WritePermission(IBufferWriter<byte> output, SyncPermission permission) => WriteLine(output, SnapshotKind.Permission, json =>
    {
        json.WriteString("identity"u8, permission.Identity);
        json.WriteBoolean("read"u8, permission.Read);
        json.WriteBoolean("write"u8, permission.Write);
        json.WriteBoolean("manage"u8, permission.Manage);
    });

    public static void WriteItem(IBufferWriter<byte> output, SyncListItem item) => WriteLine(output, SnapshotKind.ListItem, json =>
    {
        WriteExpiry(json, item.DateExpires);
        WriteData(json, item.Data);
    });

    public static void WriteItem(IBufferWriter<byte> output, SyncMapItem item) => WriteLine(output, SnapshotKind.MapItem, json =>
    {
        json.WriteString("key"u8, item.Key);
        WriteExpiry(json, item.DateExpires);
        WriteData(json, item.Data);
    });

    public static void WriteEnd(IBufferWriter<byte> output, SnapshotCounts counts) => WriteLine(output, SnapshotKind.End, json =>
    {
        json.WriteNumber("documents"u8, counts.Documents);
        json.WriteNumber("lists"u8, counts.Lists);
        json.WriteNumber("listItems"u8, counts.ListItems);
        json.WriteNumber("maps"u8, counts.Maps);
        json.WriteNumber("mapItems"u8, counts.MapItems);
        json.WriteNumber("streams"u8, counts.Streams);
        json.WriteNumber("permissions"u8, counts.Permissions);
    });

    public static void WriteError(IBufferWriter<byte> output, string detail) =>
        WriteLine(output, SnapshotKind.Error, json => json.WriteString("detail"u8, detail));

    /// <summary>Gets the name of a kind in a line.</summary>
    public static string Text(SnapshotKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static void WriteLine(IBufferWriter<byte> output, SnapshotKind kind, Action<Utf8JsonWriter> write) => WriteLine(output, json =>
    {
        json.WriteString("kind"u8, Text(kind));
        write(json);
    });

    private static void WriteLine(IBufferWriter<byte> output, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter json = new(output, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteExpiry(Utf8JsonWriter json, DateTime? date)
    {
        if (date is { } expires)
        {
            json.WriteString("expires"u8, Date(expires));
        }
    }

    // Every byte is kept. If the data has line breaks between its members, which a line cannot have, it is written as a string.
    private static void WriteData(Utf8JsonWriter json, JsonText data)
    {
        if (data.Utf8.IndexOfAny("\r\n"u8) < 0)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(data.Utf8, skipInputValidation: true);
        }
        else
        {
            json.WriteString("dataText"u8, data.Utf8);
        }
    }

    private static string Date(DateTime date) => date.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
