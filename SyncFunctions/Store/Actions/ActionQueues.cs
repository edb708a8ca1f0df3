using SyncFunctions.Client;

namespace SyncFunctions.Store.Actions;

/// <summary>The result of adding actions.</summary>
/// <param name="Added">The actions, in order: <c>{ "id", "action", "executor", … }</c>.</param>
/// <param name="Revision">The document's revision after the addition.</param>
public sealed record AddedActions(IReadOnlyList<JsonText> Added, string Revision);

/// <summary>The result of a take.</summary>
/// <param name="Actions">The actions, the oldest first.</param>
/// <param name="Remaining">How many are left.</param>
public sealed record TakenActions(IReadOnlyList<JsonText> Actions, int Remaining);

/// <summary>
/// Queues of actions in a Sync document, one for each executor: others add actions, and the executor takes them. Each change is one write that requires
/// the revision that was read. So actions keep their order, a call adds all or none of its actions, and each action goes to one taker only.
/// </summary>
public sealed class ActionQueues(ActionTypes types, TimeProvider time)
{
    /// <summary>Adds actions to a document's queues: all of them, or none.</summary>
    /// <param name="parameter">The parameter to name if they do not fit.</param>
    /// <exception cref="ParameterException">An action has no configured type or lacks a field (400), or does not fit (413); the message says which.</exception>
    /// <exception cref="SyncApiException">There is no such document (404), or Sync rejects the change.</exception>
    public async Task<AddedActions> AddAsync(
        SyncStore store, string docName, string parameter, IReadOnlyList<ActionRequest> requests, CancellationToken cancellationToken = default)
    {
        QueuedAction[] actions = [.. requests.Select(request => request.Make(types))];
        SyncDocument document = await store.ChangeDocumentAsync(docName, parameter, Append, cancellationToken);
        return new AddedActions([.. actions.Select(action => new JsonText(action.Text))], document.Revision);

        string Append(JsonText data)
        {
            ActionDocument changed = new(data);
            changed.Append(actions, parameter, time.GetUtcNow());
            return changed.GetRawText();
        }
    }

    /// <summary>Takes the oldest actions of an executor.</summary>
    /// <param name="maximum">The maximum number of actions.</param>
    /// <param name="takeId">
    /// An ID that the taker chooses, a new one for each take. If the response is lost, the same ID returns the same actions: the write that removes them from
    /// the queue also stores them in the document. Without an ID, the actions in a lost response are lost too.
    /// </param>
    /// <exception cref="ParameterException">The ID was used for another executor's actions (409), or the take cannot be stored (413).</exception>
    /// <exception cref="SyncApiException">There is no such document (404), or Sync rejects the change.</exception>
    public async Task<TakenActions> TakeAsync(
        SyncStore store, string docName, string executor, int maximum, string? takeId, CancellationToken cancellationToken = default)
    {
        TakenActions taken = new([], 0);
        await store.ChangeDocumentAsync(docName, "takeId", Take, cancellationToken);
        return taken;

        string Take(JsonText data)
        {
            ActionDocument changed = new(data);
            if (takeId is not null && changed.Find(takeId) is { } before)
            {
                taken = before.Executor == executor
                    ? new TakenActions(before.Actions, changed.Count(executor, "executor"))
                    : throw new ParameterException("takeId", "was used for another executor's actions: each take needs one of its own.", 409);
                return data.GetRawText();
            }

            IReadOnlyList<JsonText> actions = changed.TakeFirst(executor, maximum, takeId, time.GetUtcNow());
            taken = new TakenActions(actions, changed.Count(executor, "executor"));
            return actions.Count == 0 ? data.GetRawText() : changed.GetRawText();
        }
    }
}
