using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>Answers with JSON that is passed on as it is.</summary>
/// <param name="json">Its text in UTF-8.</param>
internal sealed class JsonResult(ReadOnlyMemory<byte> json) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = json.Length;
        // What was seen of late is another thing a moment later.
        httpContext.Response.Headers.CacheControl = "no-store";
        await httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted);
    }
}
