using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    // If somebody else makes a change at every attempt, this takes about ten seconds.
    private const int MaximumConflicts = 20;
    private static readonly TimeSpan ConflictDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaximumConflictDelay = TimeSpan.FromSeconds(1);

    // Callers in this process change a resource one after the other, so they do not conflict with each other. Changes by other
    // processes are detected by the revision.
    private readonly ResourceGates gates = new();

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a document's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the document expires from now on.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<SyncDocument> PatchDocumentAsync(
        string docName, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a list item's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the item expires from now on.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<SyncListItem> PatchListItemAsync(
        string listName, long index, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.ListItems(listName), Text(index), Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a map item's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the item expires from now on.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<SyncMapItem> PatchMapItemAsync(
        string mapName, string key, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.MapItems(mapName), key, Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Adds to a number in a document's data. No concurrent addition is lost, and every digit is kept.</summary>
    /// <param name="path">The path of the number; a missing member counts as 0.</param>
    /// <param name="by">The number to add, as JSON writes it.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    /// <exception cref="ParameterException">The path does not lead to a number, or the sum is out of range.</exception>
    public Task<SyncDocument> IncrementDocumentAsync(
        string docName, JsonPointer path, string by, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, Add(path, by), SyncTtl.Keep, ifMatch, cancellationToken);

    /// <summary>Adds to a number in a map item's data. No concurrent addition is lost, and every digit is kept.</summary>
    /// <param name="path">The path of the number; a missing member counts as 0.</param>
    /// <param name="by">The number to add, as JSON writes it.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    /// <exception cref="ParameterException">The path does not lead to a number, or the sum is out of range.</exception>
    public Task<SyncMapItem> IncrementMapItemAsync(
        string mapName, string key, JsonPointer path, string by, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.MapItems(mapName), key, Target, Add(path, by), SyncTtl.Keep, ifMatch, cancellationToken);

    /// <summary>Computes a document's new data from its current data. No concurrent change is lost.</summary>
    /// <param name="parameter">The parameter to name if the new data is too large.</param>
    /// <param name="change">
    /// Gets the current data and returns the new text. It is called again after each conflict. If it throws, the call ends and nothing is changed.
    /// </param>
    /// <returns>The changed document. If the text is the same, nothing is written, and the document is returned as it is.</returns>
    public Task<SyncDocument> ChangeDocumentAsync(
        string docName, string parameter, Func<JsonText, string> change, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, new Change(parameter, change), SyncTtl.Keep, ifMatch: null, cancellationToken);

    /// <summary>Computes a map item's new data from its current data. No concurrent change is lost.</summary>
    /// <inheritdoc cref="ChangeDocumentAsync" path="/param"/>
    /// <returns>The changed item. If the text is the same, nothing is written, and the item is returned as it is.</returns>
    public Task<SyncMapItem> ChangeMapItemAsync(
        string mapName, string key, string parameter, Func<JsonText, string> change, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.MapItems(mapName), key, Target, new Change(parameter, change), SyncTtl.Keep, ifMatch: null, cancellationToken);

    private static Change Patch(JsonElement patch)
    {
        const string Parameter = "patch";
        JsonPatch? operations = patch.ValueKind == JsonValueKind.Array ? JsonPatch.Read(Parameter, patch) : null;
        return new Change(Parameter, data =>
        {
            string patched = operations?.Apply(data) ?? JsonEdit.Merge(data, patch);
            int depth = JsonObjectText.Depth(new JsonText(patched));
            // Data that others have nested deeper may stay.
            return depth <= JsonObjectText.MaximumDepth || depth <= JsonObjectText.Depth(data)
                ? patched
                : throw new ParameterException(Parameter, $"must not nest the data deeper than {JsonObjectText.MaximumDepth} levels.");
        });
    }

    private static Change Add(JsonPointer path, string by)
    {
        JsonNumber addend = JsonNumber.Parse(by) ?? throw new ParameterException("by", "must be a number that a double can hold.");
        return new Change("path", data => JsonEdit.Change(data, path, current => Sum(current, addend))
            ?? throw new ParameterException("path", "leads nowhere: every member on the way must be an object that is there."));
    }

    private static string Sum(JsonText? current, JsonNumber addend)
    {
        JsonNumber? number = current?.GetRawText() switch
        {
            null => JsonNumber.Zero,
            ['-' or (>= '0' and <= '9'), ..] value => JsonNumber.Parse(value),
            _ => throw new ParameterException("path", "must lead to a number, and leads to something else."),
        };
        return number + addend is { IsInRange: true } sum
            ? sum.ToString()
            : throw new ParameterException("by", "makes a sum that a double cannot hold.");
    }

    private ChangeTarget<SyncDocument> Target(SyncDocument document) => new(document.Data, service.Documents, Sid(document.Sid));

    private ChangeTarget<SyncListItem> Target(SyncListItem item) => new(item.Data, service.ListItems(Sid(item.ListSid)), Text(item.Index));

    private ChangeTarget<SyncMapItem> Target(SyncMapItem item) => new(item.Data, service.MapItems(Sid(item.MapSid)), item.Key);

    // A response of Sync without a SID is not valid.
    private static string Sid(string? answered) =>
        SyncPath.IsSegment(answered) ? answered : throw new SyncUnreachableException(SyncClient.Unreadable, null);

    private async Task<T> ChangeAsync<T>(
        SyncCollectionClient<T> collection, string id, Func<T, ChangeTarget<T>> targetOf, Change change, SyncTtl ttl, string? ifMatch,
        CancellationToken cancellationToken)
        where T : class, IRevisioned
    {
        for (int conflicts = 0; ; conflicts++)
        {
            try
            {
                // The turn ends before the delay, so that other callers need not wait for it.
                using IDisposable turn = await gates.EnterAsync(collection.Path, id, cancellationToken);
                return await TryChangeAsync(collection, id, targetOf, change, ttl, ifMatch, cancellationToken);
            }
            catch (SyncApiException exception) when (
                exception.Status == HttpStatusCode.PreconditionFailed && ifMatch is null && conflicts < MaximumConflicts)
            {
                // Another process was faster.
                SyncTelemetry.Conflict(collection.Path);
            }

            // Conflicting callers must not retry at the same time, and none may retry at once.
            TimeSpan bound = ConflictDelay * Math.Pow(2, Math.Min(conflicts, 6));
            await Task.Delay((bound < MaximumConflictDelay ? bound : MaximumConflictDelay) * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellationToken);
        }
    }

    private static async Task<T> TryChangeAsync<T>(
        SyncCollectionClient<T> collection, string id, Func<T, ChangeTarget<T>> targetOf, Change change, SyncTtl ttl, string? ifMatch,
        CancellationToken cancellationToken)
        where T : class, IRevisioned
    {
        T current = await collection.FetchAsync(id, cancellationToken);
        if (ifMatch is not null)
        {
            RequireRevision(current, ifMatch);
        }

        ChangeTarget<T> target = targetOf(current);
        string data = change.Apply(target.Data);
        if (Encoding.UTF8.GetByteCount(data) > JsonObjectText.MaximumDataSize)
        {
            throw JsonObjectText.TooLarge(change.Parameter, JsonObjectText.MaximumDataSize);
        }

        if (ttl == SyncTtl.Keep && data == target.Data.GetRawText())
        {
            return current;
        }

        // Never sent twice. If an update was applied although its response was lost, the revision has changed, and the next read shows the update.
        return await target.Collection.UpdateAsync(
            target.Id, [("Data", data), ("Ttl", ttl.OnUpdate)], current.Revision, retryable: false, cancellationToken);
    }

    /// <param name="Parameter">The parameter to name if the result is too large.</param>
    /// <param name="Apply">Computes the text of the new data from the current data.</param>
    private sealed record Change(string Parameter, Func<JsonText, string> Apply);

    // From here on the resource is addressed by SID: its name may soon belong to another object with the same revision.
    private sealed record ChangeTarget<T>(JsonText Data, SyncCollectionClient<T> Collection, string Id)
        where T : class;
}
