using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store.Json;
using SyncFunctions.Store.Statistics;

namespace SyncFunctions.Functions;

/// <summary>The functions that summarize the numbers in lists and maps.</summary>
[Capability("Statistics", "Summaries of the numbers in lists and maps.")]
public sealed class StatisticsFunctions(FunctionRunner functions)
{
    private static readonly Parameter<string> ListName = Parameter.UniqueName("listName", "list");
    private static readonly Parameter<string> MapName = Parameter.UniqueName("mapName", "map");

    private static readonly IBinding<SummaryRequest> Request = Bind.Of(
        Parameter.Field("path", "The path of an item's number: a field, or a JSON pointer (RFC 6901)."),
        Parameter.Where,
        (IBinding<JsonPointer?>)(Parameter.Field("groupBy", "The path of the value by which items are grouped: a field, or a JSON pointer.") with { IsRequired = false }),
        (path, where, groupBy) => new SummaryRequest(path, where, groupBy));

    private static readonly FunctionDeclaration<string, SummaryRequest, CollectionSummary> SummarizeListItemsDeclaration = new(
        "summarizeListItems", "Summarizes the numbers in a list's items.", ListName, Request);

    /// <summary>Summarizes the numbers in a list's items.</summary>
    [Function("summarizeListItems")]
    public Task<IResult> SummarizeListItems(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "summarizeListItems")] HttpRequest request) =>
        functions.RunAsync(request, SummarizeListItemsDeclaration, (store, listName, summary, cancelled) =>
            CollectionStatistics.SummarizeListAsync(store, listName, summary, cancelled));

    private static readonly FunctionDeclaration<string, SummaryRequest, CollectionSummary> SummarizeMapItemsDeclaration = new(
        "summarizeMapItems", "Summarizes the numbers in a map's items.", MapName, Request);

    /// <summary>Summarizes the numbers in a map's items.</summary>
    [Function("summarizeMapItems")]
    public Task<IResult> SummarizeMapItems(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "summarizeMapItems")] HttpRequest request) =>
        functions.RunAsync(request, SummarizeMapItemsDeclaration, (store, mapName, summary, cancelled) =>
            CollectionStatistics.SummarizeMapAsync(store, mapName, summary, cancelled));
}
