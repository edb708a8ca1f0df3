using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Functions.Results;

/// <summary>
/// Responds with an access token: as JSON, or as plain text if the caller prefers <c>text/plain</c> to <c>application/json</c>. It must not be cached.
/// </summary>
internal sealed class TokenResult(IssuedAccessToken token) : IResult
{
    private const string Text = "text/plain";
    private const string Json = "application/json";

    /// <summary>The possible responses.</summary>
    public static readonly IReadOnlyList<FunctionAnswer> Answers =
    [
        FunctionAnswer.Json<IssuedAccessToken>() with { Description = "The access token; as plain text if the caller prefers text/plain." },
        new(StatusCodes.Status200OK, typeof(string), Text),
    ];

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        IHeaderDictionary headers = httpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (!PrefersText(httpContext.Request.GetTypedHeaders()))
        {
            return new ResourceResult<IssuedAccessToken>(token).ExecuteAsync(httpContext);
        }

        httpContext.Response.ContentType = $"{Text}; charset=utf-8";
        return httpContext.Response.WriteAsync(token.Token, httpContext.RequestAborted);
    }

    private static bool PrefersText(RequestHeaders request) => Quality(request, Text) > Quality(request, Json);

    // RFC 9110, 12.5.1: the most specific range that matches decides the quality of a type.
    private static double Quality(RequestHeaders request, string type) => request.Accept
        .Where(range => new MediaTypeHeaderValue(type).IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)))
        .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
