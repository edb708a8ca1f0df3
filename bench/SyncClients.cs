using System.Net.Http.Headers;
using System.Text;

using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>Clients that make the load.</summary>
internal static class SyncClients
{
    /// <summary>Makes one that is signed in at an emulator; relative URLs begin at the default service.</summary>
    public static HttpClient Create(Uri emulator, int connections)
    {
        EmulatorOptions options = new();
        HttpClient client = CreateBare(new Uri(emulator, "/v1/Services/default/"), connections);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
        return client;
    }

    /// <summary>Makes one with so many connections at the most.</summary>
    public static HttpClient CreateBare(Uri address, int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = address };
}
