using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;

namespace SyncFunctions.Hosting.Local;

/// <summary>
/// Wraps the web server, to name the setting if it cannot listen. The server throws a dozen types of exceptions for an address that is malformed, in use,
/// not allowed, not this machine's, or without a certificate.
/// </summary>
internal sealed class ListeningServer(IServer server) : IServer
{
    /// <inheritdoc/>
    public IFeatureCollection Features => server.Features;

    /// <inheritdoc/>
    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        try
        {
            await server.StartAsync(application, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new StartupException($"ASPNETCORE_URLS: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => server.Dispose();
}

/// <summary>Wraps the registered server in a <see cref="ListeningServer"/>.</summary>
internal static class ListeningServerRegistration
{
    public static void NameAddressFaults(this IServiceCollection services)
    {
        Type registered = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<IServer>(provider => new ListeningServer((IServer)ActivatorUtilities.CreateInstance(provider, registered)));
    }
}
