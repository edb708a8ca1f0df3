using System.Buffers;
using System.Net;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Snapshots;

/// <summary>Writes everything that a Sync service holds, piece by piece.</summary>
/// <remarks>
/// If others make changes in the meantime, the snapshot has the data before or after the change. The app's own map of jobs is left out.
/// </remarks>
/// <param name="cursor">Where to continue: <see cref="SnapshotCursor.Start"/> for a new snapshot.</param>
internal sealed class SnapshotExporter(SyncStore store, TimeProvider time, SnapshotCursor cursor)
{
    // The number of SIDs that fit in a cursor.
    private const int ObjectPageSize = 50;

    private SyncPage<SnapshotObject>? page;

    /// <summary>Gets the current position.</summary>
    public SnapshotCursor Cursor => cursor;

    /// <summary>Writes the next part: at most one object with a page of its permissions, or a page of its items.</summary>
    public Task WriteAsync(IBufferWriter<byte> output, CancellationToken cancellationToken) => cursor.Kind switch
    {
        SnapshotKind.Header => WriteHeaderAsync(output, cancellationToken),
        SnapshotKind.End => WriteEnd(output),
        _ => WriteObjectAsync(output, cancellationToken),
    };

    private async Task WriteHeaderAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        // The service's real SID, even if it is configured as the account's default service.
        SyncService service = await store.GetServiceAsync(cancellationToken);
        SnapshotFormat.WriteHeader(output, service.Sid, time.GetUtcNow());
        cursor = cursor with { Kind = SnapshotObjects.Kinds[0], Lines = 1 };
    }

    private Task WriteEnd(IBufferWriter<byte> output)
    {
        SnapshotFormat.WriteEnd(output, cursor.Counts);
        cursor = cursor with { Lines = cursor.Lines + 1, IsComplete = true };
        return Task.CompletedTask;
    }

    private async Task WriteObjectAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        page ??= await store.PageAsync(cursor.Kind, new PageRequest(ObjectPageSize, cursor.PageToken), cancellationToken);
        SnapshotObject? next = page.Items.FirstOrDefault(candidate => candidate.Sid == cursor.Current)
            ?? page.Items.FirstOrDefault(candidate => !cursor.Done.Contains(candidate.Sid) && !SnapshotObject.IsLeftOut(candidate.Kind, candidate.Name));
        if (next is null)
        {
            TurnPage();
            return;
        }

        if (next.Sid != cursor.Current)
        {
            SnapshotFormat.WriteObject(output, next);
            cursor = Counted(next.Kind) with { Current = next.Sid, HasPermissions = next.Owner is null, PartToken = null };
            if (next.Kind == SnapshotKind.Stream)
            {
                // It has neither permissions nor items.
                EndObject();
                return;
            }
        }

        try
        {
            await WritePartAsync(output, next, cancellationToken);
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // It was removed in the meantime.
            EndObject();
        }
    }

    private async Task WritePartAsync(IBufferWriter<byte> output, SnapshotObject current, CancellationToken cancellationToken)
    {
        PageRequest part = new(PageRequest.MaximumSize, cursor.PartToken);
        string? next = null;
        bool isLast = current.Kind is not (SnapshotKind.List or SnapshotKind.Map);
        if (!cursor.HasPermissions)
        {
            next = Write(
                await store.GetPermissionPageAsync(current.Owner!.Value, current.Sid, part, cancellationToken),
                SnapshotKind.Permission,
                permission => SnapshotFormat.WritePermission(output, permission));
        }
        else if (current.Kind == SnapshotKind.List)
        {
            next = Write(
                await store.QueryListItemsAsync(current.Sid, default, part, cancellationToken), SnapshotKind.ListItem, item => SnapshotFormat.WriteItem(output, item));
            isLast = true;
        }
        else if (current.Kind == SnapshotKind.Map)
        {
            next = Write(
                await store.QueryMapItemsAsync(current.Sid, default, part, cancellationToken), SnapshotKind.MapItem, item => SnapshotFormat.WriteItem(output, item));
            isLast = true;
        }

        cursor = cursor with { PartToken = next, HasPermissions = cursor.HasPermissions || next is null };
        if (next is null && isLast)
        {
            EndObject();
        }
    }

    private string? Write<T>(SyncPage<T> part, SnapshotKind kind, Action<T> write)
    {
        foreach (T item in part.Items)
        {
            write(item);
            cursor = Counted(kind);
        }

        return part.NextPageToken;
    }

    private SnapshotCursor Counted(SnapshotKind kind) => cursor with { Counts = cursor.Counts.With(kind), Lines = cursor.Lines + 1 };

    private void EndObject() => cursor = cursor with { Done = [.. cursor.Done, cursor.Current!], Current = null, HasPermissions = false, PartToken = null };

    private void TurnPage()
    {
        SnapshotKind next = page!.NextPageToken is not null ? cursor.Kind
            : SnapshotObjects.Kinds.SkipWhile(kind => kind != cursor.Kind).Skip(1).FirstOrDefault(SnapshotKind.End);
        cursor = cursor with { Kind = next, PageToken = page.NextPageToken, Done = [], Current = null, HasPermissions = false, PartToken = null };
        page = null;
    }
}
