using SyncFunctions.Client;

namespace SyncFunctions.Store.Jobs;

/// <summary>A type of job.</summary>
internal interface IJobType
{
    /// <summary>Gets its name.</summary>
    string Name { get; }

    /// <summary>Checks the input of a job before it starts.</summary>
    /// <exception cref="ParameterException">The input is invalid; the error names the member, as in <c>input.listName</c>.</exception>
    Task CheckAsync(SyncStore store, JsonText input, CancellationToken cancellationToken);

    /// <summary>Runs the job from its cursor, until it is done or the step is over.</summary>
    /// <returns>The output, or <see langword="null"/> if there is more to do.</returns>
    Task<JsonText?> RunAsync(JobStep step, CancellationToken cancellationToken);

    /// <summary>Removes what a job that ended early has left behind.</summary>
    Task AbandonAsync(string jobId, JsonText input, CancellationToken cancellationToken);
}
