using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Snapshots;

/// <summary>Reads a snapshot as a whole, so that one that is broken is refused before anything of it is imported.</summary>
internal sealed class SnapshotReader
{
    private readonly List<ObjectContents> objects = [];
    private List<SyncPermission> permissions = [];
    private List<ItemContents> items = [];
    private ContentCounts counts = ContentCounts.None;
    private ObjectKind? parent;
    private bool isComplete;
    private long number;

    /// <summary>Reads a snapshot to its end.</summary>
    /// <returns>Its objects in their order, and how much they hold.</returns>
    /// <exception cref="EmulatorSnapshotException">It is not a valid snapshot; the message names the line.</exception>
    public static async Task<(IReadOnlyList<ObjectContents> Objects, ContentCounts Counts)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        SnapshotReader reader = new();
        await reader.ReadLinesAsync(stream, cancellationToken);
        return reader.isComplete
            ? (reader.objects, reader.counts)
            : throw new EmulatorSnapshotException(reader.number + 1, "is missing. The snapshot breaks off: its last line would say how much there is.");
    }

    private async Task ReadLinesAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[SnapshotFormat.MaximumLine];
        int start = 0;
        int end = 0;
        while (true)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Read(buffer.AsMemory(start, length));
                start += length + 1;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                throw new EmulatorSnapshotException(number + 1, $"is longer than {SnapshotFormat.MaximumLine / 1024} KiB.");
            }

            int read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
            {
                if (end > 0)
                {
                    Read(buffer.AsMemory(0, end));
                }

                return;
            }

            end += read;
        }
    }

    private void Read(ReadOnlyMemory<byte> text)
    {
        number++;
        if (isComplete)
        {
            throw new EmulatorSnapshotException(number, "stands behind the snapshot's last line.");
        }

        using SnapshotLine line = SnapshotLine.Parse(number, text);
        if (number == 1)
        {
            line.RequireHeader();
            return;
        }

        string kind = line.Text("kind");
        switch (kind)
        {
            case SnapshotFormat.Permission:
                line.Require(parent is ObjectKind.Document or ObjectKind.List or ObjectKind.Map, "is a permission that does not follow what it belongs to.");
                permissions.Add(new SyncPermission(line.Identity(), line.Boolean("read"), line.Boolean("write"), line.Boolean("manage")));
                counts = counts.WithPermission();
                break;
            case SnapshotFormat.ListItem:
                line.Require(parent == ObjectKind.List, "is a listItem that does not follow what it belongs to.");
                items.Add(new ItemContents(null, line.Expires(), line.Data(ObjectKind.List)));
                counts = counts.WithItem(ObjectKind.List);
                break;
            case SnapshotFormat.MapItem:
                line.Require(parent == ObjectKind.Map, "is a mapItem that does not follow what it belongs to.");
                items.Add(new ItemContents(line.Key(), line.Expires(), line.Data(ObjectKind.Map)));
                counts = counts.WithItem(ObjectKind.Map);
                break;
            case SnapshotFormat.End:
                line.Require(line.Counts() == counts, "says that the snapshot has more or less than these lines: some are missing, or are there twice.");
                isComplete = true;
                break;
            case SnapshotFormat.Error:
                throw line.Refuse($"says that the export broke off: {line.Text("detail")}");
            default:
                ReadObject(line, ObjectKinds.FromTypeName(kind) ?? throw line.Refuse("is of an unknown kind."));
                break;
        }
    }

    private void ReadObject(SnapshotLine line, ObjectKind kind)
    {
        (permissions, items) = ([], []);
        parent = kind;
        objects.Add(new ObjectContents(
            kind, line.Name(), line.Expires(), kind == ObjectKind.Document ? line.Data(ObjectKind.Document) : null, permissions, items));
        counts = counts.WithObject(kind);
    }
}
