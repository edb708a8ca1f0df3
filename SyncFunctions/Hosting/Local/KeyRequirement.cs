using System.Net;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>Stops the app if other machines can reach functions without a key.</summary>
internal sealed class KeyRequirement(IServer server, FunctionKeys keys) : StartedService
{
    // The addresses are only known for certain once the server listens, however they were configured. Until then, each such call was refused.
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (!keys.AreRequired && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new StartupException(
                $"FunctionKeys__Host is missing: the app would listen on {open}, which other machines can reach, without requiring a key. "
                + "Set FunctionKeys__Host, or let ASPNETCORE_URLS name a loopback address.");
        }

        return Task.CompletedTask;
    }

    private static bool IsLoopback(string address)
    {
        string host = Microsoft.AspNetCore.Http.BindingAddress.Parse(address).Host.Trim('[', ']');
        return host == "localhost" || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
