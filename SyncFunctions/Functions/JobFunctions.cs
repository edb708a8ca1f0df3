using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Functions;

/// <summary>The state of this process's job runner.</summary>
/// <param name="Engine"><c>in-process</c>, <c>storage queue</c> or <c>off</c>.</param>
/// <param name="Detail">Why jobs are off; <see langword="null"/> if they are on.</param>
/// <param name="Since">When the process was started (UTC).</param>
/// <param name="Running">The steps that it runs at the moment.</param>
/// <param name="Steps">How many steps it has completed.</param>
/// <param name="Failures">How many steps have failed.</param>
public sealed record WorkerState(string Engine, string? Detail, DateTime Since, IReadOnlyCollection<RunningStep> Running, long Steps, long Failures);

/// <summary>The functions of jobs, which run in the background.</summary>
[Capability("Jobs", "Work that takes longer than a request may.")]
public sealed class JobFunctions(FunctionRunner functions, JobRunner runner, IJobQueue queue, ServerActivity activity, TimeProvider time)
{
    private const int MaximumInputSize = 4 * 1024;
    private const int MaximumIdLength = 64;
    private const int MaximumIds = 100;

    private static readonly Parameter<string> Type = Parameter.OneOf("type", "What the job does.", null, JobRunner.TypeNames) with { IsRequired = true };

    private static readonly Parameter<JsonElement> Input = Parameter.Object("input", "The job's input: a JSON object.", MaximumInputSize) with
    {
        Example = """{"listName":"my-list"}""",
    };

    private static readonly Parameter<string> JobId = Parameter.ShortName("jobId", "The job's ID.", MaximumIdLength, IsId) with
    {
        Example = "\"01940000-0000-7000-8000-000000000000\"",
    };

    private static readonly Parameter<IReadOnlyList<string>?> JobIds =
        Parameter.Texts("jobIds", "The IDs of the jobs to remove; all in the state if not given.", MaximumIds, IsId) with
        {
            Example = "[\"01940000-0000-7000-8000-000000000000\"]",
        };

    private static readonly string[] States = [.. Enum.GetValues<JobState>().Select(JobBook.Text)];

    private static readonly Parameter<string> State = Parameter.OneOf("state", "Only the jobs in this state.", null, States);

    private static readonly Parameter<string> EndState =
        Parameter.OneOf("state", "How the jobs to remove have ended.", null, "completed", "failed", "canceled") with { IsRequired = true };

    private static readonly FunctionDeclaration<string, JsonElement, StartedJob> StartJobDeclaration = new("startJob", "Starts a job.", Type, Input)
    {
        AllowsWebhooks = false,
        Answers = [FunctionAnswer.Json<StartedJob>(StatusCodes.Status202Accepted, "The job has started; getJob returns its progress.")],
        Failures = [HttpStatusCode.Conflict, HttpStatusCode.ServiceUnavailable],
    };

    /// <summary>Starts a job. The response is 202 with its ID.</summary>
    [Function("startJob")]
    public Task<IResult> StartJob([HttpTrigger(AuthorizationLevel.Function, "post", Route = "startJob")] HttpRequest request) =>
        functions.RunAsync(request, StartJobDeclaration, (store, type, input, cancelled) =>
            runner.StartAsync(store, type, new JsonText(input.GetRawText()), cancelled));

    private static readonly FunctionDeclaration<string, Job> GetJobDeclaration = new("getJob", "Gets a job.", JobId);

    /// <summary>Gets a job.</summary>
    [Function("getJob")]
    public Task<IResult> GetJob([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getJob")] HttpRequest request) =>
        functions.RunAsync(request, GetJobDeclaration, (store, jobId, cancelled) => new JobBook(store, time).GetAsync(jobId, cancelled));

    private static readonly FunctionDeclaration<string, string, Store.PageRequest, SyncPage<Job>> ListJobsDeclaration = new(
        "listJobs", "Gets a page of the jobs, in the order of their creation.",
        State, Parameter.OneOf("type", "Only the jobs of this type.", null, JobRunner.TypeNames), Parameter.Page);

    /// <summary>Gets a page of the jobs, in the order of their creation.</summary>
    [Function("listJobs")]
    public Task<IResult> ListJobs([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "listJobs")] HttpRequest request) =>
        functions.RunAsync(request, ListJobsDeclaration, (store, state, type, page, cancelled) =>
            new JobBook(store, time).ListAsync(Find(state), type, page, cancelled));

    private static readonly FunctionDeclaration<string, Job> CancelJobDeclaration = new("cancelJob", "Cancels a job that has not ended.", JobId)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Cancels a job that has not ended.</summary>
    [Function("cancelJob")]
    public Task<IResult> CancelJob([HttpTrigger(AuthorizationLevel.Function, "post", Route = "cancelJob")] HttpRequest request) =>
        functions.RunAsync(request, CancelJobDeclaration, (store, jobId, cancelled) => new JobBook(store, time).CancelAsync(jobId, cancelled));

    private static readonly FunctionDeclaration<string, IReadOnlyList<string>?, CleanedJobs> CleanJobsDeclaration = new(
        "cleanJobs", "Removes jobs that have ended from the record.", EndState, JobIds)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Removes jobs that have ended from the record.</summary>
    [Function("cleanJobs")]
    public Task<IResult> CleanJobs([HttpTrigger(AuthorizationLevel.Function, "post", Route = "cleanJobs")] HttpRequest request) =>
        functions.RunAsync(request, CleanJobsDeclaration, (store, state, jobIds, cancelled) =>
            new JobBook(store, time).CleanAsync(Find(state)!.Value, jobIds, cancelled));

    private static readonly FunctionDeclaration<WorkerState> GetWorkerStateDeclaration = new("getWorkerState", "Gets the state of this process's job runner.");

    /// <summary>Gets the state of this process's job runner.</summary>
    [Function("getWorkerState")]
    public Task<IResult> GetWorkerState([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getWorkerState")] HttpRequest request) =>
        functions.RunAsync(request, GetWorkerStateDeclaration, (_, _) => Task.FromResult(
            new WorkerState(queue.Engine, queue.Fault, activity.Since, runner.Running, runner.Steps, runner.Failures)));

    private static readonly FunctionDeclaration<ServerState> GetServerStateDeclaration = new("getServerState", "Gets what this process has done since its start.");

    /// <summary>Gets what this process has done since its start.</summary>
    [Function("getServerState")]
    public Task<IResult> GetServerState([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getServerState")] HttpRequest request) =>
        functions.RunAsync(request, GetServerStateDeclaration, (_, _) => Task.FromResult(activity.State));

    private static JobState? Find(string? state) => state is null ? null : Enum.GetValues<JobState>().Single(candidate => JobBook.Text(candidate) == state);

    private static bool IsId(string text) => text.Length <= MaximumIdLength && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
