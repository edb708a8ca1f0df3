using System.Text.Json.Serialization.Metadata;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Client;

namespace SyncFunctions.Functions.Results;

/// <summary>Responds with a function's result as JSON, and a resource's revision as the ETag.</summary>
internal sealed class ResourceResult<T>(T value, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        if (value is IRevisioned resource)
        {
            httpContext.Response.Headers.ETag = $"\"{resource.Revision}\"";
        }

        return httpContext.Response.WriteAsJsonAsync(
            value, (JsonTypeInfo<T>)FunctionJson.Readable.GetTypeInfo(typeof(T))!, "application/json; charset=utf-8", httpContext.RequestAborted);
    }
}
