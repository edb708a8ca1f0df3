using System.Text.Json;

using SyncFunctions.Tests.Support.WorkerProtocol;

namespace SyncFunctions.Tests.Support;

/// <summary>A function that messages of a queue call, as the worker told the host of it.</summary>
/// <param name="Id">The worker's own name for it.</param>
/// <param name="Message">The name of the parameter that takes the message.</param>
/// <param name="Connection">The setting that names the storage account.</param>
public sealed record QueuedFunction(string Id, string Name, string Message, string Queue, string Connection)
{
    /// <summary>Reads what the worker told of it; <see langword="null"/> if messages do not call it.</summary>
    internal static QueuedFunction? Of(RpcFunctionMetadata metadata)
    {
        foreach (string binding in metadata.RawBindings)
        {
            using JsonDocument document = JsonDocument.Parse(binding);
            JsonElement trigger = document.RootElement;
            if (string.Equals(trigger.Text("type"), "queueTrigger", StringComparison.OrdinalIgnoreCase))
            {
                return new QueuedFunction(metadata.FunctionId, metadata.Name, trigger.Text("name"), trigger.Text("queueName"), trigger.Text("connection"));
            }
        }

        return null;
    }
}
