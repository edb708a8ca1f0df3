using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using SyncFunctions.Client;
using SyncFunctions.Store.Actions;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Snapshots;
using SyncFunctions.Store.Statistics;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Functions.Results;

/// <summary>Writes the results of functions, in camel case, as Twilio's own helper libraries name the fields.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ConfiguredServices))]
[JsonSerializable(typeof(InspectionPage<InspectedRequest>))]
[JsonSerializable(typeof(InspectionPage<InspectedEvent>))]
[JsonSerializable(typeof(InspectionPage<InspectedDelivery>))]
[JsonSerializable(typeof(InspectedDelivery))]
[JsonSerializable(typeof(InspectedConnections))]
[JsonSerializable(typeof(SyncDocument))]
[JsonSerializable(typeof(SyncList))]
[JsonSerializable(typeof(IReadOnlyList<SyncListItem>))]
[JsonSerializable(typeof(SyncMap))]
[JsonSerializable(typeof(IReadOnlyList<SyncMapItem>))]
[JsonSerializable(typeof(SyncListItem))]
[JsonSerializable(typeof(SyncMapItem))]
[JsonSerializable(typeof(SyncStream))]
[JsonSerializable(typeof(SyncStreamMessage))]
[JsonSerializable(typeof(SyncPermission))]
[JsonSerializable(typeof(IReadOnlyList<SyncPermission>))]
[JsonSerializable(typeof(SyncService))]
[JsonSerializable(typeof(SyncPage<SyncDocument>))]
[JsonSerializable(typeof(SyncPage<SyncList>))]
[JsonSerializable(typeof(SyncPage<SyncMap>))]
[JsonSerializable(typeof(SyncPage<SyncStream>))]
[JsonSerializable(typeof(SyncPage<SyncListItem>))]
[JsonSerializable(typeof(SyncPage<SyncMapItem>))]
[JsonSerializable(typeof(CollectionSummary))]
[JsonSerializable(typeof(AddedActions))]
[JsonSerializable(typeof(TakenActions))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>>))]
[JsonSerializable(typeof(ImportedSnapshot))]
[JsonSerializable(typeof(RemovedObjects))]
[JsonSerializable(typeof(StartedJob))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(SyncPage<Job>))]
[JsonSerializable(typeof(CleanedJobs))]
[JsonSerializable(typeof(WorkerState))]
[JsonSerializable(typeof(ServerState))]
[JsonSerializable(typeof(IssuedAccessToken))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(SyncPage<SessionAnswer>))]
[JsonSerializable(typeof(ParticipantAnswer))]
[JsonSerializable(typeof(IReadOnlyList<ParticipantAnswer>))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(WaitingAnswer))]
[JsonSerializable(typeof(SyncHealthReport))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class FunctionJson : JsonSerializerContext
{
    /// <summary>The context to use. It writes text without the escapes that only HTML would need.</summary>
    public static FunctionJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = Client.JsonText.MaximumDepth,
    });
}
