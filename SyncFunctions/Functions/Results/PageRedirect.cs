using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>
/// Redirects a browser to a page. Values for that page alone are in the fragment, which browsers do not send to servers. The framework's own result would
/// log the address.
/// </summary>
internal sealed class PageRedirect(Uri page, params IEnumerable<(string Name, string Value)> fragment) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status302Found;
        httpContext.Response.Headers.Location =
            $"{page.AbsoluteUri}#{string.Join('&', fragment.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"))}";
        // The request's own address contains a secret too.
        httpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
