using System.Net;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Standalone;

/// <summary>Refuses to run where other machines can reach functions that no key protects.</summary>
internal sealed class KeyRequirement(IServer server, FunctionKeys keys) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Only now are the addresses known for certain, however they were configured. Until here such callers were refused one by one.
    public Task StartedAsync(CancellationToken cancellationToken)
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

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsLoopback(string address)
    {
        string host = Microsoft.AspNetCore.Http.BindingAddress.Parse(address).Host.Trim('[', ']');
        return host == "localhost" || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
