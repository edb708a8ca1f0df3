using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>Responds with JSON that is passed on unchanged.</summary>
/// <param name="json">Its text in UTF-8.</param>
internal sealed class JsonResult(ReadOnlyMemory<byte> json) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = json.Length;
        // The recent requests and events change all the time.
        httpContext.Response.Headers.CacheControl = "no-store";
        await httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted);
    }
}
