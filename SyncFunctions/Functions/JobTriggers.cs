using System.Text.Json;

using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Functions;

/// <summary>
/// The functions that the Functions host calls for messages in the queue of jobs. Without a storage account they are not called; all other functions work.
/// </summary>
public sealed partial class JobTriggers(JobRunner runner, ILogger<JobTriggers> logger)
{
    /// <summary>The queue of the storage account.</summary>
    public const string QueueName = "sync-jobs";

    // The host moves messages here after as many failures as host.json allows.
    private const string PoisonQueueName = QueueName + "-poison";
    private const string Connection = "AzureWebJobsStorage";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Runs the step of a job in a message.</summary>
    [Function("runJob")]
    public Task RunJob([QueueTrigger(QueueName, Connection = Connection)] string message, CancellationToken cancellationToken) =>
        Read(message) is { } step ? runner.RunStepAsync(step, cancellationToken) : Task.CompletedTask;

    /// <summary>Marks a job as failed if its message could not be handled.</summary>
    [Function("failJob")]
    public Task FailJob([QueueTrigger(PoisonQueueName, Connection = Connection)] string message, CancellationToken cancellationToken) =>
        Read(message) is { } step ? runner.FailAsync(step, cancellationToken) : Task.CompletedTask;

    /// <summary>Writes a message.</summary>
    internal static string Write(JobMessage message) => JsonSerializer.Serialize(message, Format);

    // A message that the app did not write is dropped, because it would be delivered again and again.
    private JobMessage? Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<JobMessage>(text, Format) is { Service: not null, JobId: { } jobId } message && JobBook.IsId(jobId))
            {
                return message;
            }
        }
        catch (JsonException)
        {
            // Handled below.
        }

        Log.Foreign(logger);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1503, LogLevel.Warning, "A message in the queue of jobs was not written by the app, and is dropped")]
        public static partial void Foreign(ILogger logger);
    }
}
