using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Emulator.Explorer;

/// <summary>Serves the explorer at the emulator's own address: the page at <c>/</c>, its files below <c>/explorer/</c>.</summary>
internal static class ExplorerEndpoint
{
    private static readonly PathString Folder = "/explorer";

    /// <summary>Handles a request for the explorer.</summary>
    /// <returns>Whether the request was for the explorer.</returns>
    public static async ValueTask<bool> TryHandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (Find(request.Path) is not { } path)
        {
            return false;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
        }
        else if (!await ExplorerSite.ServeAsync(context, path, Configuration(request)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        return true;
    }

    // The file's path; null if the request is for something else.
    private static string? Find(PathString path) => path == "/" ? ""
        : path.StartsWithSegments(Folder, StringComparison.Ordinal, out PathString file) && file is { HasValue: true, Value: [_, _, ..] } ? file.Value[1..]
        : null;

    // With the host name of the page's request, which may differ from the address on which the emulator listens.
    private static ExplorerConfiguration Configuration(HttpRequest request) => new(
        "emulator", "emulator", new UriBuilder(Uri.UriSchemeWs, request.Host.Host, request.Host.Port ?? request.HttpContext.Connection.LocalPort, "/v3/wsconnect").Uri);
}
