using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Results;
using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>Tells load balancers and monitors whether calls can succeed.</summary>
public sealed class HealthFunction(SyncHealth health)
{
    /// <summary>200 where Sync answers with the configured credentials and service, else 503. Needs no key.</summary>
    [Function("health")]
    public async Task<IResult> Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "health")] HttpRequest request)
    {
        SyncHealthReport report = await health.CheckAsync(request.HttpContext.RequestAborted);
        return new ResourceResult<SyncHealthReport>(
            report, report.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
