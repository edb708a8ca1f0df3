using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Refuses URLs and headers that are too long with a body like every other failure. The web server has these limits too, and answers with nothing
/// but the status; so it lets more through to here.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The web server's own limit by default, in bytes.</summary>
    public const int MaximumRequestLine = 8 * 1024;

    private const int MaximumHeaders = 32 * 1024;
    private const int MaximumHeaderCount = 100;
    private const int Factor = 16;

    /// <summary>Has the web server refuse by itself only what is far too long.</summary>
    public static void Widen(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MaximumRequestLine * Factor;
        limits.MaxRequestHeadersTotalSize = MaximumHeaders * Factor;
        limits.MaxRequestHeaderCount = MaximumHeaderCount * Factor;
    }

    /// <summary>Refuses what is too long.</summary>
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

    // "GET /path HTTP/1.1", with the end of the line.
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
