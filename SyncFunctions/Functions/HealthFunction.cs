using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.Functions;

/// <summary>Tells load balancers and monitors whether calls can succeed.</summary>
[Capability("App", "The app itself.")]
public sealed class HealthFunction(HealthReporter health)
{
    private static readonly FunctionDeclaration<SyncHealthReport> HealthDeclaration = new("health", "Tells whether calls can succeed.", usesSync: false)
    {
        AllowsWebhooks = false,
        Answers =
        [
            FunctionAnswer.Json<SyncHealthReport>(description: "Calls can succeed."),
            FunctionAnswer.Json<SyncHealthReport>(StatusCodes.Status503ServiceUnavailable, "Calls cannot succeed: detail says why."),
        ],
    };

    /// <summary>Answers 200 if Sync answers with the configured credentials and service, else 503. Needs no key.</summary>
    [Function("health")]
    public async Task<IResult> Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "health")] HttpRequest request)
    {
        SyncHealthReport report = await health.CheckAsync(request.HttpContext.RequestAborted);
        return new ResourceResult<SyncHealthReport>(
            report, report.Detail is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
