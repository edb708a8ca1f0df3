using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    // With a change by somebody else at every attempt this takes some ten seconds.
    private const int MaximumConflicts = 20;
    private static readonly TimeSpan ConflictDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaximumConflictDelay = TimeSpan.FromSeconds(1);

    // Callers in this process change one resource one after the other, so that they need not conflict with each other; those in other
    // processes are found out by the revision.
    private readonly ResourceGates gates = new();

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a document's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the document expires from now on.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    public Task<SyncDocument> PatchDocumentAsync(
        string docName, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a list item's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the item expires from now on.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    public Task<SyncListItem> PatchListItemAsync(
        string listName, long index, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.ListItems(listName), Text(index), Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Applies a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902) to a map item's data. No concurrent change is lost.</summary>
    /// <param name="patch">An object is a merge patch, an array a JSON Patch.</param>
    /// <param name="ttl">When the item expires from now on.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    public Task<SyncMapItem> PatchMapItemAsync(
        string mapName, string key, JsonElement patch, SyncTtl ttl, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.MapItems(mapName), key, Target, Patch(patch), ttl, ifMatch, cancellationToken);

    /// <summary>Adds to a number in a document's data. No concurrent addition is lost, and every digit is kept.</summary>
    /// <param name="path">Where the number is; a missing member counts as 0.</param>
    /// <param name="by">The number to add, as JSON writes it.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    /// <exception cref="ParameterException">The path does not lead to a number, or the sum is out of range.</exception>
    public Task<SyncDocument> IncrementDocumentAsync(
        string docName, JsonPointer path, string by, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, Add(path, by), SyncTtl.Keep, ifMatch, cancellationToken);

    /// <summary>Adds to a number in a map item's data. No concurrent addition is lost, and every digit is kept.</summary>
    /// <param name="path">Where the number is; a missing member counts as 0.</param>
    /// <param name="by">The number to add, as JSON writes it.</param>
    /// <param name="ifMatch">The revision it must have; <see langword="null"/> for any.</param>
    /// <exception cref="ParameterException">The path does not lead to a number, or the sum is out of range.</exception>
    public Task<SyncMapItem> IncrementMapItemAsync(
        string mapName, string key, JsonPointer path, string by, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.MapItems(mapName), key, Target, Add(path, by), SyncTtl.Keep, ifMatch, cancellationToken);

    /// <summary>Makes a document's new data out of its current data. No concurrent change is lost.</summary>
    /// <param name="parameter">The parameter to name if the new data is too large.</param>
    /// <param name="change">
    /// Gets the current data and returns the text of the new; called anew for each conflict. What it throws ends the call, and nothing is changed.
    /// </param>
    /// <returns>The changed document; as it was, without a write, if the text is the same.</returns>
    public Task<SyncDocument> ChangeDocumentAsync(
        string docName, string parameter, Func<JsonText, string> change, CancellationToken cancellationToken = default) =>
        ChangeAsync(service.Documents, docName, Target, new Change(parameter, change), SyncTtl.Keep, ifMatch: null, cancellationToken);

    /// <summary>Makes a map item's new data out of its current data. No concurrent change is lost.</summary>
    /// <inheritdoc cref="ChangeDocumentAsync" path="/param"/>
    /// <returns>The changed item; as it was, without a write, if the text is the same.</returns>
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
            // What others have nested deeper stays.
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

    // Without it an answer of Sync's is none.
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
                // The turn ends before the wait: others need not wait with a caller that waits.
                using IDisposable turn = await gates.EnterAsync(collection.Path, id, cancellationToken);
                return await TryChangeAsync(collection, id, targetOf, change, ttl, ifMatch, cancellationToken);
            }
            catch (SyncApiException exception) when (
                exception.Status == HttpStatusCode.PreconditionFailed && ifMatch is null && conflicts < MaximumConflicts)
            {
                // Somebody in another process was faster.
                SyncTelemetry.Conflict(collection.Path);
            }

            // Conflicting callers must not come back together, and none at once.
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

        // Never sent twice: an update that was applied although its response was lost has moved the revision on, and what is read then has it.
        return await target.Collection.UpdateAsync(
            target.Id, [("Data", data), ("Ttl", ttl.OnUpdate)], current.Revision, retryable: false, cancellationToken);
    }

    /// <param name="Parameter">The parameter to name if the result is too large.</param>
    /// <param name="Apply">Makes the new data's text of the current data.</param>
    private sealed record Change(string Parameter, Func<JsonText, string> Apply);

    // What was read is addressed by SID from then on: under the same name there may soon be another object, with the same revision.
    private sealed record ChangeTarget<T>(JsonText Data, SyncCollectionClient<T> Collection, string Id)
        where T : class;
}
