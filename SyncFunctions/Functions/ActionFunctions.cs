using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store.Actions;

namespace SyncFunctions.Functions;

/// <summary>The functions of the action queues in Sync documents.</summary>
[Capability("Action queues", "Queues of actions in a document, one for each executor.")]
public sealed class ActionFunctions(FunctionRunner functions, ActionQueues queues, ActionTypes types)
{
    private const int MaximumActions = 100;

    private static readonly Parameter<string> DocName = Parameter.UniqueName("docName", "document");

    private static readonly Parameter<string> ActionType = Parameter.Text("actionType", "The action's type: executor.action.") with { Example = "\"extension.stop\"" };

    private static readonly Parameter<JsonElement?> AdditionalInfo = Parameter.OptionalObject("additionalInfo", "The action's own fields: a JSON object.");

    private static readonly Parameter<IReadOnlyList<ActionRequest>> Actions = Parameter.ObjectList(
        "actions",
        "The actions, each with actionType and additionalInfo.",
        1,
        MaximumActions,
        [ActionType, AdditionalInfo],
        members => new ActionRequest($"{members.Name}.", members.Read(ActionType), members.Read(AdditionalInfo)));

    private static readonly Parameter<string> Executor = Parameter.ShortName("executor", "The executor whose actions to take.", ActionTypes.MaximumNameLength, ActionTypes.IsName) with
    {
        Example = "\"extension\"",
    };

    private static readonly Parameter<long> Maximum = Parameter.Integer("max", "The maximum number of actions to take.", 1, MaximumActions, 1);

    private static readonly Parameter<string> TakeId = Parameter.ShortName(
        "takeId", "A new ID for each take. If the response is lost, repeat the call with the same ID.", ActionTypes.MaximumNameLength, ActionTypes.IsName) with
    {
        IsRequired = false,
        Example = "\"take-1\"",
    };

    private static readonly FunctionDeclaration<string, IReadOnlyList<ActionRequest>, AddedActions> AddActionsDeclaration = new(
        "addActions", "Adds actions to a document's queues: all of them or none.", DocName, Actions)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Adds actions to a document's queues: all of them or none.</summary>
    [Function("addActions")]
    public Task<IResult> AddActions([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addActions")] HttpRequest request) =>
        functions.RunAsync(request, AddActionsDeclaration, (store, docName, actions, cancelled) =>
            queues.AddAsync(store, docName, Actions.Name, actions, cancelled));

    private static readonly FunctionDeclaration<string, string, JsonElement?, AddedActions> AddActionDeclaration = new(
        "addAction", "Adds an action to a document's queue.", DocName, ActionType, AdditionalInfo)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Adds an action to a document's queue.</summary>
    [Function("addAction")]
    public Task<IResult> AddAction([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addAction")] HttpRequest request) =>
        functions.RunAsync(request, AddActionDeclaration, (store, docName, actionType, additionalInfo, cancelled) =>
            queues.AddAsync(store, docName, AdditionalInfo.Name, [new ActionRequest("", actionType, additionalInfo)], cancelled));

    private static readonly FunctionDeclaration<string, string, long, string?, TakenActions> TakeActionsDeclaration = new(
        "takeActions", "Takes the oldest actions of an executor.", DocName, Executor, Maximum, TakeId)
    {
        Failures = [HttpStatusCode.Conflict, HttpStatusCode.Gone],
    };

    /// <summary>Takes the oldest actions of an executor.</summary>
    [Function("takeActions")]
    public Task<IResult> TakeActions([HttpTrigger(AuthorizationLevel.Function, "post", Route = "takeActions")] HttpRequest request) =>
        functions.RunAsync(request, TakeActionsDeclaration, (store, docName, executor, maximum, takeId, cancelled) =>
            queues.TakeAsync(store, docName, executor, (int)maximum, takeId, cancelled));

    private static readonly FunctionDeclaration<IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>>> GetActionTypesDeclaration = new("getActionTypes", "Gets the configured types of actions.");

    /// <summary>Gets the configured types of actions.</summary>
    [Function("getActionTypes")]
    public Task<IResult> GetActionTypes([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getActionTypes")] HttpRequest request) =>
        functions.RunAsync(request, GetActionTypesDeclaration, (_, _) => Task.FromResult(types.All));
}
