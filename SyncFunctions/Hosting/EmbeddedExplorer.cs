using Microsoft.AspNetCore.Http;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Functions;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.Hosting;

/// <summary>The explorer that is embedded in the emulator's assembly, for the Sync service that the app uses.</summary>
internal sealed class EmbeddedExplorer(ExplorerSettings explorer, SyncSettings settings, SyncConnection connection) : IExplorer
{
    private const string TwilioDomain = ".twilio.com";

    /// <inheritdoc/>
    public IResult? Answer(string path) => explorer.IsEnabled ? new Result(this, path) : null;

    private async Task<ExplorerConfiguration> DescribeAsync(CancellationToken cancellationToken)
    {
        Uri sync = await connection.BaseUrl.WaitAsync(cancellationToken);
        Uri realtime = !settings.UsesEmulator && sync.Host.EndsWith(TwilioDomain, StringComparison.OrdinalIgnoreCase)
            ? new Uri($"wss://tsock.{explorer.Region}{TwilioDomain}{SyncConnection.RealtimePath}")
            : SyncConnection.RealtimeUrl(sync);
        return new ExplorerConfiguration("functions", settings.UsesEmulator ? "emulator" : "twilio", realtime);
    }

    private sealed class Result(EmbeddedExplorer owner, string path) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (!await ExplorerSite.ServeAsync(httpContext, path, await owner.DescribeAsync(httpContext.RequestAborted)))
            {
                await Problem.Of(StatusCodes.Status404NotFound, "The explorer has no such file.").ExecuteAsync(httpContext);
            }
        }
    }
}
