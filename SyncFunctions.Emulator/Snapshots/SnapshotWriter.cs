using System.Buffers;
using System.Globalization;
using System.Text.Json;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Snapshots;

/// <summary>Writes the lines of a snapshot.</summary>
internal sealed class SnapshotWriter(Stream stream, IProgress<EmulatorProgress>? progress, long total)
{
    private const int FlushSize = 64 * 1024;

    // A bar does not move for less.
    private const int ProgressStep = 200;

    private readonly ArrayBufferWriter<byte> buffer = new(FlushSize * 2);
    private ContentCounts counts = ContentCounts.None;

    /// <summary>Writes a whole snapshot.</summary>
    /// <returns>What it holds.</returns>
    public async Task<ContentCounts> WriteAsync(string serviceSid, DateTimeOffset now, IEnumerable<ObjectContents> objects, CancellationToken cancellationToken)
    {
        Line(json =>
        {
            json.WriteString("format", SnapshotFormat.Name);
            json.WriteNumber("version", SnapshotFormat.Version);
            json.WriteString("serviceSid", serviceSid);
            json.WriteString("exportedAt", Date(now));
        });
        foreach (ObjectContents contents in objects)
        {
            await WriteObjectAsync(contents, cancellationToken);
        }

        Line(SnapshotFormat.End, json =>
        {
            long[] values = [counts.Documents, counts.Lists, counts.ListItems, counts.Maps, counts.MapItems, counts.Streams, counts.Permissions];
            foreach ((string name, long value) in SnapshotFormat.Counts.Zip(values))
            {
                json.WriteNumber(name, value);
            }
        });
        await FlushAsync(atLeast: 1, cancellationToken);
        progress?.Report(new EmulatorProgress(counts.Total, counts.Total));
        return counts;
    }

    private async Task WriteObjectAsync(ObjectContents contents, CancellationToken cancellationToken)
    {
        Line(contents.Kind.TypeName(), json =>
        {
            if (contents.UniqueName is not null)
            {
                json.WriteString("name", contents.UniqueName);
            }

            Expiry(json, contents.DateExpires);
            if (contents.Data is not null)
            {
                Data(json, contents.Data);
            }
        });
        await CountedAsync(counts.WithObject(contents.Kind), cancellationToken);
        foreach (SyncPermission permission in contents.Permissions)
        {
            Line(SnapshotFormat.Permission, json =>
            {
                json.WriteString("identity", permission.Identity);
                json.WriteBoolean("read", permission.Read);
                json.WriteBoolean("write", permission.Write);
                json.WriteBoolean("manage", permission.Manage);
            });
            await CountedAsync(counts.WithPermission(), cancellationToken);
        }

        foreach (ItemContents item in contents.Items)
        {
            Line(item.Key is null ? SnapshotFormat.ListItem : SnapshotFormat.MapItem, json =>
            {
                if (item.Key is not null)
                {
                    json.WriteString("key", item.Key);
                }

                Expiry(json, item.DateExpires);
                Data(json, item.Data);
            });
            await CountedAsync(counts.WithItem(contents.Kind), cancellationToken);
        }
    }

    private async ValueTask CountedAsync(ContentCounts now, CancellationToken cancellationToken)
    {
        counts = now;
        if (counts.Total % ProgressStep == 0)
        {
            progress?.Report(new EmulatorProgress(counts.Total, Math.Max(total, counts.Total)));
        }

        await FlushAsync(FlushSize, cancellationToken);
    }

    private async ValueTask FlushAsync(int atLeast, CancellationToken cancellationToken)
    {
        if (buffer.WrittenCount >= atLeast)
        {
            await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }

    private void Line(string kind, Action<Utf8JsonWriter> write) => Line(json =>
    {
        json.WriteString("kind", kind);
        write(json);
    });

    private void Line(Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter json = new(buffer, ProtocolJson.WriterOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    private static void Expiry(Utf8JsonWriter json, DateTimeOffset? date)
    {
        if (date is { } expires)
        {
            json.WriteString("expires", Date(expires));
        }
    }

    // Every byte stays. What has line breaks cannot stand in a line as it is, and is written as a text.
    private static void Data(Utf8JsonWriter json, string data)
    {
        if (data.AsSpan().IndexOfAny('\r', '\n') < 0)
        {
            json.WriteData("data", data);
        }
        else
        {
            json.WriteString("dataText", data);
        }
    }

    private static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
