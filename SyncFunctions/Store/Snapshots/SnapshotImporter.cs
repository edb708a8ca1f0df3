using System.Globalization;
using System.Net;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store.Snapshots;

/// <summary>Creates the contents of a snapshot, line by line.</summary>
/// <remarks>
/// An interrupted import continues at its cursor, which may be some lines behind. Lines that it finds already imported are not imported again.
/// </remarks>
/// <param name="parameter">The parameter that names the snapshot, for errors.</param>
/// <param name="cursor">Where to continue: <see cref="ImportCursor.Start"/> for a new import.</param>
/// <param name="since">
/// If the import was interrupted: when the cursor was saved, by Sync's clock. Objects created since then under a name of the snapshot are its own.
/// </param>
internal sealed class SnapshotImporter(
    SyncStore store, TimeProvider time, string parameter, SnapshotConflict onConflict, ImportCursor cursor, DateTime? since = null)
{
    private const int MaximumRaces = 5;

    // Until something new has been created, the lines may already have been imported.
    private bool mayBeDone = since is not null;
    private Queue<SyncListItem>? found;

    /// <summary>Gets the current position.</summary>
    public ImportCursor Cursor => cursor;

    /// <summary>Imports the lines of a stream from the cursor, to the end or to a pause.</summary>
    /// <param name="stream">Starts at the cursor's position.</param>
    /// <param name="pauseAsync">Called after each line; returns whether to pause. <see langword="null"/> to never pause.</param>
    /// <exception cref="SnapshotImportException">A line cannot be imported.</exception>
    public async Task ImportAsync(Stream stream, Func<Task<bool>>? pauseAsync, CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((long number, ReadOnlyMemory<byte> text, int length) in SnapshotLineReader.ReadAsync(stream, cursor.Lines + 1, cancellationToken))
            {
                await ImportAsync($"line {number}:", text, cancellationToken);
                cursor = cursor with { Lines = number, Position = cursor.Position + length };
                if (pauseAsync is not null && await pauseAsync())
                {
                    return;
                }
            }

            if (!cursor.IsComplete)
            {
                throw new ParameterException(
                    $"line {cursor.Lines + 1}:", "is missing. The snapshot breaks off: its last line would say how much there is.");
            }
        }
        catch (Exception exception) when (exception is ParameterException or SyncException)
        {
            throw Broken(exception);
        }
    }

    private SnapshotImportException Broken(Exception exception)
    {
        string reason = exception is ParameterException ? exception.Message : $"line {cursor.Lines + 1}: {exception.Message}";
        SnapshotCounts done = cursor.Imported;
        return new SnapshotImportException(
            parameter,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{reason} Imported before it: {done.Documents + done.Lists + done.Maps + done.Streams} objects, {done.ListItems + done.MapItems} items, {done.Permissions} permissions."),
            exception);
    }

    private async Task ImportAsync(string source, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (cursor.IsComplete)
        {
            throw new ParameterException(source, "stands behind the snapshot's last line.");
        }

        SnapshotLine line = SnapshotLine.Read(source, text, isFirst: cursor.Lines == 0);
        switch (line.Kind)
        {
            case SnapshotKind.Header:
                break;
            case SnapshotKind.End:
                End(line);
                break;
            case SnapshotKind.Error:
                throw line.Refuse($"says that the export broke off: {line.Detail}");
            case SnapshotKind.Permission:
                RequireParent(line, SnapshotObject.OwnerOf(cursor.Kind ?? SnapshotKind.Header) is not null);
                await ImportPermissionAsync(line, cancellationToken);
                break;
            case SnapshotKind.ListItem:
                RequireParent(line, cursor.Kind == SnapshotKind.List);
                await ImportItemAsync(line, AddListItemAsync, cancellationToken);
                break;
            case SnapshotKind.MapItem:
                RequireParent(line, cursor.Kind == SnapshotKind.Map);
                await ImportItemAsync(line, SetMapItemAsync, cancellationToken);
                break;
            default:
                await ImportObjectAsync(line, cancellationToken);
                break;
        }

        cursor = cursor with { Read = cursor.Read.With(line.Kind) };
    }

    private static void RequireParent(SnapshotLine line, bool hasParent)
    {
        if (!hasParent)
        {
            throw line.Refuse($"is a {SnapshotFormat.Text(line.Kind)} that does not follow what it belongs to.");
        }
    }

    private void End(SnapshotLine line)
    {
        if (line.Counts != cursor.Read)
        {
            throw line.Refuse("says that the snapshot has more or less than these lines: some are missing, or are there twice.");
        }

        cursor = cursor with { IsComplete = true };
    }

    private async Task ImportObjectAsync(SnapshotLine line, CancellationToken cancellationToken)
    {
        found = null;
        if (SnapshotObject.IsLeftOut(line.Kind, line.Name))
        {
            cursor = cursor with { Kind = line.Kind, Sid = null, LastIndex = null, Skipped = cursor.Skipped + 1 };
        }
        else if (TimeToLive(line) is not { } ttl)
        {
            cursor = cursor with { Kind = line.Kind, Sid = null, LastIndex = null, Expired = cursor.Expired + 1 };
        }
        else
        {
            string? sid = await CreateAsync(line, ttl, cancellationToken);
            cursor = cursor with { Kind = line.Kind, Sid = sid, LastIndex = null, Imported = sid is null ? cursor.Imported : cursor.Imported.With(line.Kind) };
        }
    }

    // Null if it is skipped.
    private async Task<string?> CreateAsync(SnapshotLine line, SyncTtl ttl, CancellationToken cancellationToken)
    {
        string? name = line.Name;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                SnapshotObject created = await store.CreateAsync(line, ttl, cancellationToken);
                mayBeDone = false;
                return created.Sid;
            }
            catch (SyncApiException exception) when (exception.Status == HttpStatusCode.Conflict && name is not null && attempt <= MaximumRaces)
            {
                // The error is thrown below.
            }

            if (await store.FindAsync(line.Kind, name!, cancellationToken) is not { } existing)
            {
                continue;
            }

            if (mayBeDone && existing.DateCreated >= since)
            {
                return existing.Sid;
            }

            switch (onConflict)
            {
                case SnapshotConflict.Fail:
                    throw line.Refuse($"the {SnapshotFormat.Text(line.Kind)} {name} is there already.", 409);
                case SnapshotConflict.Skip:
                    cursor = cursor with { Skipped = cursor.Skipped + 1 };
                    return null;
                default:
                    cursor = cursor with { Replaced = cursor.Replaced + (await store.RemoveAsync(existing, cancellationToken) ? 1 : 0) };
                    break;
            }
        }
    }

    private async Task ImportPermissionAsync(SnapshotLine line, CancellationToken cancellationToken)
    {
        // Read it first: an invalid line is an error even if it would be left out.
        (string identity, bool read, bool write, bool manage) = (line.Identity, line.Right("read"), line.Right("write"), line.Right("manage"));
        if (cursor.Sid is { } sid)
        {
            await store.SetPermissionAsync(SnapshotObject.OwnerOf(cursor.Kind!.Value)!.Value, sid, identity, read, write, manage, cancellationToken);
            cursor = cursor with { Imported = cursor.Imported.With(SnapshotKind.Permission) };
        }
    }

    private async Task ImportItemAsync(
        SnapshotLine line, Func<string, SnapshotLine, SyncTtl, CancellationToken, Task> importAsync, CancellationToken cancellationToken)
    {
        SyncTtl? ttl = TimeToLive(line);
        if (cursor.Sid is not { } sid)
        {
            return;
        }

        if (ttl is null)
        {
            cursor = cursor with { Expired = cursor.Expired + 1 };
            return;
        }

        await importAsync(sid, line, ttl.Value, cancellationToken);
        cursor = cursor with { Imported = cursor.Imported.With(line.Kind) };
    }

    private async Task AddListItemAsync(string list, SnapshotLine line, SyncTtl ttl, CancellationToken cancellationToken)
    {
        if (!mayBeDone || await FindDoneAsync(list, line, cancellationToken) is not { } item)
        {
            item = await store.AddListItemAsync(list, line.Data, ttl, cancellationToken);
            mayBeDone = false;
        }

        cursor = cursor with { LastIndex = item.Index };
    }

    // List items have no names, so the items that were added since the cursor was saved are recognised by their data, in order.
    private async Task<SyncListItem?> FindDoneAsync(string list, SnapshotLine line, CancellationToken cancellationToken)
    {
        found ??= new Queue<SyncListItem>((await store.QueryListItemsAsync(
            list,
            cursor.LastIndex is { } index ? new ItemQuery("asc", index.ToString(CultureInfo.InvariantCulture), "exclusive") : default,
            new PageRequest(PageRequest.MaximumSize, null),
            cancellationToken)).Items);
        while (found.TryDequeue(out SyncListItem? candidate))
        {
            if (JsonEquality.AreEqual(candidate.Data, line.Data))
            {
                return candidate;
            }
        }

        return null;
    }

    private async Task SetMapItemAsync(string map, SnapshotLine line, SyncTtl ttl, CancellationToken cancellationToken)
    {
        try
        {
            await store.CreateMapItemAsync(map, line.Key, line.Data, ttl, cancellationToken);
            mayBeDone = false;
        }
        catch (SyncApiException exception) when (exception.Status == HttpStatusCode.Conflict)
        {
            // It was imported before, or is in the snapshot twice: the last one stays.
            await store.SetMapItemAsync(map, line.Key, line.Data, ttl, cancellationToken: cancellationToken);
        }
    }

    // The remaining time in whole seconds, rounded up so that nothing expires too early; null if it has expired.
    private SyncTtl? TimeToLive(SnapshotLine line)
    {
        if (line.Expires is not { } expires)
        {
            return SyncTtl.Never;
        }

        double seconds = Math.Ceiling((expires - time.GetUtcNow().UtcDateTime).TotalSeconds);
        return seconds < 1 ? null : SyncTtl.FromSeconds((int)Math.Min(seconds, SyncTtl.MaximumSeconds));
    }
}
