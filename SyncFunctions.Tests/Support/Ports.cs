using System.Net;
using System.Net.Sockets;

namespace SyncFunctions.Tests.Support;

/// <summary>Ports of the loopback address, for programs that cannot choose one themselves.</summary>
internal static class Ports
{
    /// <summary>Finds a port that nothing uses at the moment.</summary>
    public static int FindFree()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
