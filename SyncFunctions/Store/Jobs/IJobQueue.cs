namespace SyncFunctions.Store.Jobs;

/// <summary>A message that requests the next step of a job.</summary>
/// <param name="Service">The key of the Sync service that has the job.</param>
/// <param name="Step">The step's number, from 1.</param>
public sealed record JobMessage(string Service, string JobId, long Step);

/// <summary>Wakes the workers: the worker that takes a message runs the step.</summary>
public interface IJobQueue
{
    /// <summary>Gets its name for people to read: <c>in-process</c>, <c>storage queue</c> or <c>off</c>.</summary>
    string Engine { get; }

    /// <summary>Gets why no job can be started, with the name of the setting, or <see langword="null"/> if jobs can be started.</summary>
    string? Fault { get; }

    /// <summary>Adds a message. Messages may be delivered more than once, and in any order.</summary>
    /// <param name="delay">How long the message is invisible.</param>
    /// <exception cref="StorageUnavailableException">The queue cannot be reached.</exception>
    Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken);
}
