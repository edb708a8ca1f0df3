namespace SyncFunctions.Store.Jobs;

/// <summary>Asks for the next step of a job.</summary>
/// <param name="Service">The key of the Sync service that keeps the job.</param>
/// <param name="Step">Which step it is, from 1.</param>
public sealed record JobMessage(string Service, string JobId, long Step);

/// <summary>What wakes the workers: whoever takes a message runs the step.</summary>
public interface IJobQueue
{
    /// <summary>Gets what it is, for people: <c>in-process</c>, <c>storage queue</c> or <c>off</c>.</summary>
    string Engine { get; }

    /// <summary>Gets why no job can be started, with the name of the setting; <see langword="null"/> if jobs can.</summary>
    string? Fault { get; }

    /// <summary>Puts a message in. It may come more than once, and in any order.</summary>
    /// <param name="delay">How long nobody may take it.</param>
    /// <exception cref="StorageUnavailableException">The queue cannot be reached.</exception>
    Task EnqueueAsync(JobMessage message, TimeSpan delay, CancellationToken cancellationToken);
}
