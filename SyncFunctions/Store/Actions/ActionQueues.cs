using SyncFunctions.Client;

namespace SyncFunctions.Store.Actions;

/// <summary>What was added to a document's queues.</summary>
/// <param name="Added">The actions, in their order: <c>{ "id", "action", "executor", … }</c>.</param>
/// <param name="Revision">The document's revision with them.</param>
public sealed record AddedActions(IReadOnlyList<JsonText> Added, string Revision);

/// <summary>What was taken from a queue.</summary>
/// <param name="Actions">The actions, the oldest first.</param>
/// <param name="Remaining">How many are left.</param>
public sealed record TakenActions(IReadOnlyList<JsonText> Actions, int Remaining);

/// <summary>
/// Queues of actions in a Sync document, one for each executor: whoever wants something done adds an action, and the executor takes it. Each change
/// is one write under the document's revision, so that actions come in order, all or none of a call, and go to one taker only.
/// </summary>
public sealed class ActionQueues(ActionTypes types, TimeProvider time)
{
    /// <summary>Adds actions to a document's queues: all of them, or none.</summary>
    /// <param name="parameter">The parameter that has them, to name if they do not fit.</param>
    /// <exception cref="ParameterException">An action has no configured type or lacks a field (400), or does not fit (413); see its message.</exception>
    /// <exception cref="SyncApiException">There is no such document (404), or Sync refuses the change.</exception>
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
    /// <param name="maximum">How many at most.</param>
    /// <param name="takeId">
    /// An ID that the taker makes up, a new one for each take. The same one again gives the same actions again, if the answer was lost; the document keeps
    /// them in the same write that removes them from the queue. Without it, a lost answer loses its actions.
    /// </param>
    /// <exception cref="ParameterException">The ID was used for another executor's actions (409), or cannot be kept (413).</exception>
    /// <exception cref="SyncApiException">There is no such document (404), or Sync refuses the change.</exception>
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
