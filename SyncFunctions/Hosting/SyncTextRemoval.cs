using OpenTelemetry;
using OpenTelemetry.Logs;

using SyncFunctions.Client;

namespace SyncFunctions.Hosting;

/// <summary>
/// Removes Sync's messages from the exported log lines: they may repeat a path, with the names in it. The line itself says which function failed, and
/// with which status.
/// </summary>
internal sealed class SyncTextRemoval : BaseProcessor<LogRecord>
{
    /// <inheritdoc/>
    public override void OnEnd(LogRecord data)
    {
        for (Exception? cause = data.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SyncApiException answer)
            {
                data.Attributes = [.. data.Attributes ?? [], KeyValuePair.Create("error.type", (object?)$"{(int)answer.Status}")];
                data.Exception = null;
                return;
            }
        }
    }
}
