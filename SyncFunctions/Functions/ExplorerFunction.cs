using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.Functions;

/// <summary>Serves the explorer.</summary>
[Capability("App", "The app itself.")]
public sealed class ExplorerFunction(IExplorer explorer)
{
    /// <summary>The route of the page, below which its files are.</summary>
    internal const string Route = "explorer";

    private const string Folder = $"/{Route}/";

    private static readonly FunctionDeclaration<IResult> ExplorerDeclaration = new(
        Route, "Serves the explorer, a page on which people view and edit the data in Sync.", usesSync: false)
    {
        AllowsWebhooks = false,
        IsPage = true,
    };

    /// <summary>
    /// Serves the explorer's page and its files, which contain no data: the page calls the other functions, with a function key if they require one. 404
    /// if <c>Explorer__Enabled</c> is false.
    /// </summary>
    [Function(Route)]
    public Task<IResult> Explorer([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{*path}")] HttpRequest request)
    {
        // Read here instead of bound, because the hosts bind different values if there is no path.
        string path = request.Path.Value ?? "";
        int folder = path.LastIndexOf(Folder, StringComparison.OrdinalIgnoreCase);
        string file = folder < 0 ? "" : path[(folder + Folder.Length)..];
        IResult result = explorer.Answer(file) is not { } answer
            ? Problem.Of(StatusCodes.Status404NotFound, "The explorer is turned off: Explorer__Enabled is false.")
            : folder >= 0 && file.Length == 0
                // The page's own links are relative to its folder.
                ? TypedResults.Redirect($"../{Route}")
                : answer;
        return Task.FromResult(result);
    }
}
