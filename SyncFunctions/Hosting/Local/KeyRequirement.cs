using System.Net;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>Refuses to run if other machines can reach functions that no key protects.</summary>
internal sealed class KeyRequirement(IServer server, FunctionKeys keys) : StartedService
{
    // Only now are the addresses known for certain, however they were configured. Until here such callers were refused one by one.
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (!keys.AreRequired && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new StartupException(
                $"FunctionKeys__Host is missing: the app would listen on {open}, which other machines can reach, without any key. "
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
