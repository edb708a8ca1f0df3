using System.Text.Json;
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

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)FunctionJson.Readable.GetTypeInfo(typeof(T))!);
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = json.Length;
        return httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
