namespace SyncFunctions.Emulator;

/// <summary>Sends every request to the emulator, with an unchanged path and query.</summary>
internal sealed class EmulatorHandler(Uri emulator) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = emulator.Scheme, Host = emulator.Host, Port = emulator.Port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
