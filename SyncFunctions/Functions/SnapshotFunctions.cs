using System.Buffers;
using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

using SyncFunctions.Configuration;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Functions;

/// <summary>The functions that export, import and empty a Sync service as a whole.</summary>
[Capability("Export and import", "The whole content of a Sync service, as lines of JSON.")]
public sealed partial class SnapshotFunctions(
    FunctionRunner functions, SyncStores stores, SyncSettings settings, TimeProvider time, ILogger<SnapshotFunctions> logger)
{
    private static readonly Parameter<string> OnConflict = Parameter.OneOf(
        "onConflict", "What to do with an object whose name is taken: fail, skip it, or replace the existing object.", "fail", "fail", "skip", "replace");

    private static readonly Parameter<string> Confirm = Parameter.Text("confirm", "The key or the SID of the service, as a confirmation.") with { Example = "\"default\"" };

    private static readonly FunctionDeclaration<SnapshotResult> ExportServiceDeclaration = new("exportService", "Gets the whole content of the Sync service, as a snapshot.")
    {
        Answers = SnapshotResult.Answers,
        AllowsWebhooks = false,
    };

    /// <summary>Gets the whole content of the Sync service, as a snapshot: lines of JSON, which are sent as they are read.</summary>
    [Function("exportService")]
    public Task<IResult> ExportService([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "exportService")] HttpRequest request) =>
        functions.RunAsync(request, ExportServiceDeclaration, async (store, cancelled) =>
        {
            SnapshotExporter exporter = new(store, time, SnapshotCursor.Start);
            ArrayBufferWriter<byte> begin = new();
            // An error before this point still has its own status.
            await exporter.WriteAsync(begin, cancelled);
            return new SnapshotResult(exporter, begin.WrittenMemory, (exception, problem) => Log.ExportBroke(logger, store.Key, problem.Status, exception));
        });

    private static readonly FunctionDeclaration<string, ImportedSnapshot> ImportServiceDeclaration = new(
        "importService", "Imports a snapshot. The body is the snapshot, and the parameters are in the query.", OnConflict)
    {
        AllowsWebhooks = false,
        TakesSnapshot = true,
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Imports a snapshot: a body of at most 32 MiB.</summary>
    [Function("importService")]
    public Task<IResult> ImportService([HttpTrigger(AuthorizationLevel.Function, "post", Route = "importService")] HttpRequest request) =>
        functions.RunAsync(request, ImportServiceDeclaration, async (store, onConflict, cancelled) =>
        {
            SnapshotImporter importer = new(
                store, time, RequestBody.Parameter, Enum.Parse<SnapshotConflict>(onConflict, ignoreCase: true), ImportCursor.Start);
            await importer.ImportAsync(SnapshotBody.Open(request), pauseAsync: null, cancelled);
            return importer.Cursor.Result;
        });

    private static readonly FunctionDeclaration<string, RemovedObjects> ResetServiceDeclaration = new(
        "resetService", "Removes all objects of the Sync service. Works with the app's own emulator only.", Confirm)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Forbidden],
    };

    /// <summary>Removes all objects of the Sync service. Works with the app's own emulator only.</summary>
    [Function("resetService")]
    public Task<IResult> ResetService([HttpTrigger(AuthorizationLevel.Function, "post", Route = "resetService")] HttpRequest request) =>
        functions.RunAsync(request, ResetServiceDeclaration, async (store, confirm, cancelled) =>
        {
            if (!settings.UsesEmulator)
            {
                throw new ForbiddenException("resetService works with the app's own emulator only: this app is connected to a Sync service elsewhere.");
            }

            return await stores.FindAsync(confirm, cancelled) == store
                ? await ServiceReset.ResetAsync(store, cancelled)
                : throw new ParameterException(Confirm.Name, $"must be the key or the SID of the service that loses everything: {store.Key}.");
        });

    private static partial class Log
    {
        [LoggerMessage(1103, LogLevel.Warning, "exportService: Sync service {Service} failed while the response was sent (an error of status {Status})")]
        public static partial void ExportBroke(ILogger logger, string service, int status, Exception exception);
    }
}
