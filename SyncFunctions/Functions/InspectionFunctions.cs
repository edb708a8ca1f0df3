using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The functions that show what happens in the app's own emulator. They return its JSON unchanged.</summary>
[Capability("Emulator", "What the app's own emulator does.")]
public sealed class InspectionFunctions(FunctionRunner functions, SyncClient sync, SyncStores stores, SyncSettings settings)
{
    private const int MaximumText = 500;
    private const string ServiceSidPrefix = "IS";
    private const string UnknownService = "is neither the key of a configured Sync service nor the SID of one that the emulator has.";

    private static readonly Parameter<string> Service =
        Parameter.Text("service", "The Sync service: its key or its SID. Without it, the events of all services are returned.") with { IsRequired = false, Example = "\"default\"" };

    private static readonly Parameter<string?> Method = new(
        "method", ParameterKind.Word, "The HTTP method of the requests.", value => value.AsText().ToUpperInvariant() is var word and ("GET" or "POST" or "DELETE")
            ? word
            : throw value.Refuse("must be GET, POST or DELETE."))
    {
        Words = ["GET", "POST", "DELETE"],
        Example = "\"POST\"",
    };

    private static readonly IBinding<Query> Page = Bind.Of(
        Parameter.Integer("pageSize", "The maximum number of items in a page.", 1, PageRequest.MaximumSize, PageRequest.DefaultSize),
        Parameter.OptionalInteger("before", "Only items with a lower id: the first of another page.", 1),
        Parameter.OptionalInteger("after", "Only items with a higher id: the last of another page.", 0),
        (pageSize, before, after) => Query.Of(("pageSize", $"{pageSize}"), ("before", before), ("after", after)));

    private static readonly FunctionDeclaration<Query, IResult> GetRequestsDeclaration = new(
        "getRequests",
        "Gets the most recent requests of the app's own emulator.",
        Bind.Of(
            Page,
            Bind.Of(
                Optional("path", "A text that the path contains, in any case."),
                Status(null),
                Parameter.Choice("via", "Whether the requests came by REST or through a realtime connection.", "rest", "realtime"),
                Method,
                (path, status, via, method) => Query.Of(("path", path), ("status", status), ("via", via), ("method", method))),
            Query.Join),
        choosesService: false)
    {
        Answers = [FunctionAnswer.Json<InspectionPage<InspectedRequest>>()],
        Failures = [HttpStatusCode.Forbidden],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    private static readonly FunctionDeclaration<Query, IResult> GetEventsDeclaration = new(
        "getEvents",
        "Gets the most recent events of the app's own emulator.",
        Bind.Of(
            Page,
            Bind.Of(
                (IBinding<string?>)Service,
                Optional("object", "The object's SID, or a text that its unique name contains, in any case."),
                (IBinding<string?>)Parameter.OneOf(
                    "type", "The type of the events.", null,
                    "document_created", "document_updated", "document_removed",
                    "list_created", "list_removed", "list_item_added", "list_item_updated", "list_item_removed",
                    "map_created", "map_removed", "map_item_added", "map_item_updated", "map_item_removed",
                    "stream_created", "stream_removed", "stream_message_published", "endpoint_connected", "endpoint_disconnected"),
                (service, named, type) => Query.Of((Service.Name, service), ("object", named), ("type", type))),
            Query.Join),
        choosesService: false)
    {
        Answers = [FunctionAnswer.Json<InspectionPage<InspectedEvent>>()],
        Failures = [HttpStatusCode.Forbidden],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    private static readonly FunctionDeclaration<Query, IResult> GetWebhookDeliveriesDeclaration = new(
        "getWebhookDeliveries",
        "Gets the most recent webhook deliveries of the app's own emulator.",
        Bind.Of(Page, Status("none"), (page, status) => Query.Join(page, Query.Of(("status", status)))),
        choosesService: false)
    {
        Answers = [FunctionAnswer.Json<InspectionPage<InspectedDelivery>>()],
        Failures = [HttpStatusCode.Forbidden],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    private static readonly Parameter<string?> DeliveryId =
        Parameter.OptionalInteger("deliveryId", "The id of the delivery.", 1) with { IsRequired = true, Example = "1" };

    private static readonly FunctionDeclaration<string?, IResult> SendWebhookDeliveryDeclaration = new(
        "sendWebhookDelivery", "Sends a webhook delivery of the app's own emulator again.", DeliveryId, choosesService: false)
    {
        Answers = [FunctionAnswer.Json<InspectedDelivery>()],
        Failures = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    private static readonly FunctionDeclaration<IResult> GetConnectionsDeclaration = new(
        "getConnections", "Gets the realtime connections of the app's own emulator.", usesSync: false)
    {
        Answers = [FunctionAnswer.Json<InspectedConnections>()],
        Failures = [HttpStatusCode.Forbidden],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    private static readonly Parameter<string> ConnectionId =
        Parameter.ShortName("connectionId", "The id of the connection.", 64, text => text.Length <= 64 && text.All(IsOfName)) with { Example = "\"connection-1\"" };

    private static readonly FunctionDeclaration<string, IResult> DropConnectionDeclaration = new(
        "dropConnection", "Closes a realtime connection of the app's own emulator. The client reconnects.", ConnectionId, choosesService: false)
    {
        Answers = [FunctionAnswer.Json<string>()],
        Failures = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound],
        AllowsWebhooks = false,
        NeedsDefaultService = false,
    };

    /// <summary>Gets the most recent requests of the app's own emulator, by REST and through realtime connections, newest first.</summary>
    [Function("getRequests")]
    public Task<IResult> GetRequests([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getRequests")] HttpRequest request) =>
        functions.RunAsync(request, GetRequestsDeclaration, (_, query, cancelled) =>
            InspectAsync(GetRequestsDeclaration, () => ReadAsync("requests", query, cancelled)));

    /// <summary>Gets the most recent events of the app's own emulator, newest first.</summary>
    [Function("getEvents")]
    public Task<IResult> GetEvents([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getEvents")] HttpRequest request) =>
        functions.RunAsync(request, GetEventsDeclaration, (_, query, cancelled) =>
            InspectAsync(GetEventsDeclaration, () => FindAsync(Service, UnknownService, HttpStatusCode.BadRequest, () =>
                ReadAsync("events", query.With(Service.Name, FindServiceSid), cancelled))));

    /// <summary>Gets the most recent webhook deliveries of the app's own emulator, newest first.</summary>
    [Function("getWebhookDeliveries")]
    public Task<IResult> GetWebhookDeliveries(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getWebhookDeliveries")] HttpRequest request) =>
        functions.RunAsync(request, GetWebhookDeliveriesDeclaration, (_, query, cancelled) =>
            InspectAsync(GetWebhookDeliveriesDeclaration, () => ReadAsync("deliveries", query, cancelled)));

    /// <summary>Sends a webhook delivery of the app's own emulator again: the same fields, with a new signature.</summary>
    [Function("sendWebhookDelivery")]
    public Task<IResult> SendWebhookDelivery([HttpTrigger(AuthorizationLevel.Function, "post", Route = "sendWebhookDelivery")] HttpRequest request) =>
        functions.RunAsync(request, SendWebhookDeliveryDeclaration, (_, deliveryId, cancelled) =>
            InspectAsync(SendWebhookDeliveryDeclaration, () => FindAsync(
                DeliveryId, "is not the id of a delivery that the emulator still has.", HttpStatusCode.NotFound, async () =>
                    (IResult)new JsonResult(await sync.Inspection.SendDeliveryAsync(deliveryId!, cancelled)))));

    /// <summary>Gets the realtime connections of the app's own emulator, newest first.</summary>
    [Function("getConnections")]
    public Task<IResult> GetConnections([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getConnections")] HttpRequest request) =>
        functions.RunAsync(request, GetConnectionsDeclaration, (_, cancelled) =>
            InspectAsync(GetConnectionsDeclaration, () => ReadAsync("connections", Query.Of(), cancelled)));

    /// <summary>Closes a realtime connection of the app's own emulator, as a server does when it stops. The client reconnects.</summary>
    [Function("dropConnection")]
    public Task<IResult> DropConnection([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "dropConnection")] HttpRequest request) =>
        functions.RunAsync(request, DropConnectionDeclaration, (_, connectionId, cancelled) =>
            InspectAsync(DropConnectionDeclaration, () => FindAsync(
                ConnectionId, "is not the id of an open connection.", HttpStatusCode.NotFound, async () =>
            {
                await sync.Inspection.DropConnectionAsync(connectionId, cancelled);
                return (IResult)new ResourceResult<string>("dropped");
            })));

    // Its escaped form must fit into a URL.
    private static IBinding<string?> Optional(string name, string description) =>
        Parameter.Text(name, description, MaximumText) with { IsRequired = false, Example = "\"orders\"" };

    private static Parameter<string?> Status(string? none) => new(
        "status",
        ParameterKind.Text,
        $"The HTTP status, such as 404, or a class of statuses, such as 4xx{(none is null ? "" : $"; {none} if there was no response")}.",
        value => value.AsText() is var text && (text == none || IsStatus(text))
            ? text
            : throw value.Refuse($"must be an HTTP status, such as 404, or a class of them, such as 4xx{(none is null ? "" : $", or {none}")}."))
    {
        Example = "\"4xx\"",
    };

    private static bool IsStatus(string text) =>
        text is [>= '1' and <= '5', 'x', 'x'] or [>= '1' and <= '5', >= '0' and <= '9', >= '0' and <= '9'];

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    // All parameters have been validated, so the emulator can only refuse what this parameter names.
    private static async Task<IResult> FindAsync(Parameter parameter, string rule, HttpStatusCode refused, Func<Task<IResult>> operation)
    {
        try
        {
            return await operation();
        }
        catch (SyncApiException answer) when (answer.Status == refused)
        {
            throw new ParameterException(parameter.Name, rule, (int)refused);
        }
    }

    private async Task<IResult> ReadAsync(string what, Query query, CancellationToken cancellationToken) =>
        new JsonResult(await sync.Inspection.ReadAsync(what, query.Fields, cancellationToken));

    private async Task<IResult> InspectAsync(FunctionDeclaration function, Func<Task<IResult>> operation) => settings.UsesEmulator
        ? await operation()
        : Problem.Of(
            StatusCodes.Status403Forbidden, $"{function.Name} works with the app's own emulator only: this app is connected to a Sync service elsewhere.");

    // The emulator may have more services than the app is configured with.
    private string FindServiceSid(string service) => stores.Find(service)?.ServiceSid
        ?? (SyncSid.IsOf(service, ServiceSidPrefix)
            ? ServiceSidPrefix + service[ServiceSidPrefix.Length..].ToLowerInvariant()
            : throw new ParameterException(Service.Name, UnknownService));

    /// <summary>The query of a request to the emulator.</summary>
    private sealed record Query(IReadOnlyList<KeyValuePair<string, string>> Fields)
    {
        /// <summary>Creates a query of the fields that have a value.</summary>
        public static Query Of(params IEnumerable<(string Name, string? Value)> fields) => new(
            [.. from field in fields where field.Value is not null select KeyValuePair.Create(field.Name, field.Value)]);

        public static Query Join(Query one, Query other) => new([.. one.Fields, .. other.Fields]);

        /// <summary>Creates a copy with another value of a field, if the query has the field.</summary>
        public Query With(string name, Func<string, string> change) => new(
            [.. Fields.Select(field => field.Key == name ? KeyValuePair.Create(name, change(field.Value)) : field)]);
    }
}
