using System.Net;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>Bypasses the proxy for a receiver on this machine.</summary>
internal sealed class LoopbackBypass(IWebProxy configured) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => configured.Credentials;
        set => configured.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : configured.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || configured.IsBypassed(host);
}
