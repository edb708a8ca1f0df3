using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using SyncFunctions.Store.Snapshots;
using SyncFunctions.Store.Statistics;

namespace SyncFunctions.Store.Jobs;

/// <summary>Writes jobs in the form that is stored in Sync.</summary>
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(RemovalCursor))]
[JsonSerializable(typeof(RemovedItems))]
[JsonSerializable(typeof(SummaryCursor))]
[JsonSerializable(typeof(CollectionSummary))]
[JsonSerializable(typeof(ExportCursor))]
[JsonSerializable(typeof(ExportedSnapshot))]
[JsonSerializable(typeof(ImportCursor))]
[JsonSerializable(typeof(ImportedSnapshot))]
internal sealed partial class JobJson : JsonSerializerContext
{
    /// <summary>The context to use: it does not escape text, so that more text fits.</summary>
    public static JobJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = Client.JsonText.MaximumDepth,
    });
}
