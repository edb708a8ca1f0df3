using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>
/// Sends a browser to a page, with what only that page is to know in the fragment, which browsers send to no server. The framework's own result
/// would log the address.
/// </summary>
internal sealed class PageRedirect(Uri page, params IEnumerable<(string Name, string Value)> fragment) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status302Found;
        httpContext.Response.Headers.Location =
            $"{page.AbsoluteUri}#{string.Join('&', fragment.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"))}";
        // The address of this redirection has a secret too.
        httpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}
