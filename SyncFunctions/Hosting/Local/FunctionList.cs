using System.Text;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>Prints every function with its methods and URL at start, as Core Tools does.</summary>
internal sealed class FunctionList(IServer server, EndpointDataSource endpoints) : StartedService
{
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        string address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        StringBuilder text = new("\nFunctions:\n\n");
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<FunctionMethod>() is { } function)
            {
                text.AppendLine($"\t{function.Name}: [{string.Join(',', function.Methods)}] {address}/{endpoint.RoutePattern.RawText}\n");
            }
        }

        await Console.Out.WriteAsync(text, cancellationToken);
    }
}
