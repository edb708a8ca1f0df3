using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Refuses URLs and headers that are too long, with the same body as every other error. The web server would only return the status, so its own limits
/// are higher.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The web server's own limit by default, in bytes.</summary>
    public const int MaximumRequestLine = 8 * 1024;

    private const int MaximumHeaders = 32 * 1024;
    private const int MaximumHeaderCount = 100;
    private const int Factor = 16;

    /// <summary>Raises the web server's own limits, so that it only refuses requests that are far too long.</summary>
    public static void Widen(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MaximumRequestLine * Factor;
        limits.MaxRequestHeadersTotalSize = MaximumHeaders * Factor;
        limits.MaxRequestHeaderCount = MaximumHeaderCount * Factor;
    }

    /// <summary>Refuses URLs and headers that are too long.</summary>
    public static void UseRequestLimits(this WebApplication application) => application.Use((context, next) =>
    {
        int status = IsLineTooLong(context) ? StatusCodes.Status414UriTooLong
            : AreHeadersTooLong(context.Request.Headers) ? StatusCodes.Status431RequestHeaderFieldsTooLarge : 0;
        if (status == 0)
        {
            return next(context);
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    // "GET /path HTTP/1.1", with its line break.
    private static bool IsLineTooLong(HttpContext context) =>
        context.Request.Method.Length + context.Request.Protocol.Length + "  \r\n".Length + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length
        > MaximumRequestLine;

    private static bool AreHeadersTooLong(IHeaderDictionary headers)
    {
        int count = 0;
        int size = 0;
        foreach ((string name, var values) in headers)
        {
            foreach (string? value in values)
            {
                count++;
                size += name.Length + (value?.Length ?? 0) + ":\r\n".Length;
            }
        }

        return count > MaximumHeaderCount || size > MaximumHeaders;
    }
}
