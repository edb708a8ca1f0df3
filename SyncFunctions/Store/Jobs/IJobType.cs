using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>What a job can do.</summary>
internal interface IJobType
{
    /// <summary>Gets its name.</summary>
    string Name { get; }

    /// <summary>Checks what a job is to be started with.</summary>
    /// <exception cref="ParameterException">It cannot be used; it names the member, as in <c>input.listName</c>.</exception>
    Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken);

    /// <summary>Runs the job from its cursor on, until it is done or the step is over.</summary>
    /// <returns>What came of it; <see langword="null"/> if there is more to do.</returns>
    Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken);

    /// <summary>Clears away what a job leaves behind that ended before it was done.</summary>
    Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken);
}
