using System.Text.Json;

using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Functions;

/// <summary>
/// What the Functions host calls for the messages of the queue of jobs. Without a storage account it cannot, and has all other functions work.
/// </summary>
public sealed partial class JobTriggers(JobRunner runner, ILogger<JobTriggers> logger)
{
    /// <summary>The queue of the storage account.</summary>
    public const string QueueName = "sync-jobs";

    // The host puts messages there that failed as often as host.json allows.
    private const string PoisonQueueName = QueueName + "-poison";
    private const string Connection = "AzureWebJobsStorage";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Runs the step of a job that a message asks for.</summary>
    [Function("runJob")]
    public Task RunJob([QueueTrigger(QueueName, Connection = Connection)] string message, CancellationToken cancellationToken) =>
        Read(message) is { } step ? runner.RunStepAsync(step, cancellationToken) : Task.CompletedTask;

    /// <summary>Marks a job as failed whose message nobody could handle.</summary>
    [Function("failJob")]
    public Task FailJob([QueueTrigger(PoisonQueueName, Connection = Connection)] string message, CancellationToken cancellationToken) =>
        Read(message) is { } step ? runner.FailAsync(step, cancellationToken) : Task.CompletedTask;

    /// <summary>Writes a message.</summary>
    internal static string Write(JobMessage message) => JsonSerializer.Serialize(message, Format);

    // What the app has not put there is not its business, and would come again and again.
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
            // Said below.
        }

        Log.Foreign(logger);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1503, LogLevel.Warning, "A message in the queue of jobs is not the app's, and is dropped")]
        public static partial void Foreign(ILogger logger);
    }
}
