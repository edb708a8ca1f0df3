using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Explorer;
using SyncFunctions.Emulator.Inspection;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Realtime;
using SyncFunctions.Emulator.Recording;
using SyncFunctions.Emulator.Rest;
using SyncFunctions.Emulator.Storage;
using SyncFunctions.Emulator.Webhooks;

namespace SyncFunctions.Emulator;

/// <summary>
/// A local Sync service: Twilio's REST API and realtime protocol, with a SQLite file for its data. It runs inside the process that starts it. The tool
/// <c>sync-emulator</c> runs it in its own process.
/// </summary>
/// <example>
/// <code>
/// await using EmulatorServer emulator = await EmulatorServer.StartAsync();
/// TwilioClient.SetRestClient(new TwilioRestClient(
///     emulator.Options.AccountSid, emulator.Options.AuthToken, httpClient: new Twilio.Http.SystemNetHttpClient(new HttpClient(emulator.CreateHandler()))));
/// </code>
/// </example>
public sealed partial class EmulatorServer : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly EmulatorOptions options;
    private readonly TimeProvider time;
    private readonly TemporaryData? temporary;

    private EmulatorServer(WebApplication application, EmulatorOptions options, TimeProvider time, string dataFile, TemporaryData? temporary)
    {
        this.application = application;
        this.options = options;
        this.time = time;
        this.temporary = temporary;
        Url = Reachable(new Uri(application.Urls.Single()));
        RealtimeUrl = new UriBuilder(Url) { Scheme = Uri.UriSchemeWs, Path = RealtimeEndpoint.Path }.Uri;
        DataFile = Path.GetFullPath(dataFile);
    }

    private SyncEngine Engine => application.Services.GetRequiredService<SyncEngine>();

    /// <summary>Gets the URL at which this machine reaches it, instead of <c>https://sync.twilio.com</c>.</summary>
    public Uri Url { get; }

    /// <summary>Gets the address for realtime clients: the option <c>Twilsock.uri</c> of Twilio's JavaScript client.</summary>
    public Uri RealtimeUrl { get; }

    /// <summary>Gets the options that it was started with, including the credentials.</summary>
    public EmulatorOptions Options => options;

    /// <summary>The full path of its data file.</summary>
    public string DataFile { get; }

    /// <summary>
    /// Gets the result of importing <see cref="EmulatorOptions.ImportFile"/> or <see cref="EmulatorOptions.SeedFile"/> at the start;
    /// <see langword="null"/> if nothing was imported.
    /// </summary>
    public EmulatorTransfer? Imported { get; private init; }

    /// <summary>Opens the data file, makes sure that the configured services exist, and listens.</summary>
    /// <param name="options">
    /// <see langword="null"/> for <see cref="EmulatorOptions.ForTests"/>: any free port of the loopback address, and data that is removed at the end.
    /// </param>
    /// <param name="loggerFactory">The loggers; <see langword="null"/> for no log.</param>
    /// <param name="timeProvider">The clock for dates and expiry; <see langword="null"/> for the system's.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="EmulatorStartException">A setting cannot be used, or the port or the file is in use; the message names the setting.</exception>
    public static async Task<EmulatorServer> StartAsync(
        EmulatorOptions? options = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        options ??= EmulatorOptions.ForTests();
        options.Validate();
        TimeProvider time = timeProvider ?? TimeProvider.System;
        TemporaryData? temporary = options.InMemory ? CreateTemporaryData() : null;
        string dataFile = temporary?.FilePath ?? options.DataFile;
        WebApplication application = Build(options, dataFile, loggerFactory ?? NullLoggerFactory.Instance, time);
        try
        {
            // Opens the data file.
            RestApi api = application.Services.GetRequiredService<RestApi>();
            InspectionApi inspection = application.Services.GetRequiredService<InspectionApi>();
            RealtimeEndpoint realtime = application.Services.GetRequiredService<RealtimeEndpoint>();
            LocalGuard guard = new(options);
            application.UseWebSockets();
            application.Run(async context =>
            {
                if (!await guard.RefuseAsync(context) && !await ExplorerEndpoint.TryHandleAsync(context))
                {
                    PathString path = context.Request.Path;
                    await (path == RealtimeEndpoint.Path ? realtime.HandleAsync(context)
                        : path.StartsWithSegments(InspectionApi.Path, StringComparison.Ordinal) ? inspection.HandleAsync(context)
                        : api.HandleAsync(context));
                }
            });
            SyncEngine engine = application.Services.GetRequiredService<SyncEngine>();
            await ProvisionAsync(engine, options, cancellationToken);
            EmulatorTransfer? imported = await ImportAtStartAsync(engine, options, cancellationToken);
            application.Services.GetRequiredService<Sweeper>().Start();
            application.Services.GetRequiredService<WebhookDispatcher>().Start();
            await application.StartAsync(cancellationToken);
            return new EmulatorServer(application, options, time, dataFile, temporary) { Imported = imported };
        }
        catch (Exception exception)
        {
            await application.DisposeAsync();
            temporary?.Dispose();
            if (exception is DataFileException)
            {
                throw new EmulatorStartException($"Emulator__DataFile: {exception.Message}", exception);
            }

            if (BindingFault(exception, options) is { } fault)
            {
                throw new EmulatorStartException(fault, exception);
            }

            throw;
        }
    }

    /// <summary>Creates a handler that sends every request to the emulator, whatever its host. Use it with clients that have no setting for the address, such as Twilio's C# package.</summary>
    public HttpMessageHandler CreateHandler() => new EmulatorHandler(Url);

    /// <summary>Stops listening, after running requests are finished. The data can still be exported.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => application.StopAsync(cancellationToken);

    /// <summary>Checks that the emulator can write.</summary>
    /// <returns>Why it cannot write, or <see langword="null"/> if it can.</returns>
    public async Task<string?> FindFaultAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Engine.CheckWritableAsync(cancellationToken);
            return null;
        }
        catch (DataFileException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Removes what has expired at once, without waiting for the sweeper. For tests that control the clock.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken = default)
    {
        while (await Engine.SweepAsync(cancellationToken))
        {
        }
    }

    /// <summary>
    /// Finishes running requests, commits, and closes the data file. With <see cref="EmulatorOptions.InMemory"/> it then removes all data.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
        temporary?.Dispose();
    }

    private static WebApplication Build(EmulatorOptions options, string dataFile, ILoggerFactory loggerFactory, TimeProvider time)
    {
        // The host reads no environment: the surrounding process has its own URLs, logging and settings.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        IServiceCollection services = builder.Services;
        // Running requests get this long. A request whose body never ends would otherwise keep the process running for half a minute.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new SharedLoggerFactory(loggerFactory)));
        services.AddSingleton(options);
        services.AddSingleton(time);
        services.AddSingleton(provider => Database.Open(
            dataFile, time, provider.GetRequiredService<ILoggerFactory>(), isDurable: !options.InMemory));
        services.AddSingleton<SyncEngine>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDispatcher>();
        services.AddSingleton<IDeliveryRepeater, DeliveryRepeater>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<ResponseCache>();
        services.AddSingleton<BasicAuthentication>();
        services.AddSingleton(new ResourceWriter(options.AccountSid));
        services.AddSingleton(provider => new ServiceResource(
            provider.GetRequiredService<SyncEngine>(), provider.GetRequiredService<ResourceWriter>(), options.ServiceSid));
        services.AddSingleton<ObjectResource>();
        services.AddSingleton<ItemResource>();
        services.AddSingleton<PermissionResource>();
        services.AddSingleton<MessageResource>();
        services.AddSingleton<RestApi>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RealtimeHub>();
        services.AddSingleton<DataApi>();
        services.AddSingleton<Reachability>();
        services.AddSingleton<RealtimeServices>();
        services.AddSingleton<RealtimeEndpoint>();
        services.AddSingleton<RequestRecorder>();
        services.AddSingleton(new RecentLog<RequestRecord>(request => request.Size));
        services.AddSingleton(new RecentLog<DeliveryRecord>(delivery => delivery.Size));
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<InspectionApi>();

        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, EmulatorOptions options)
    {
        kestrel.AddServerHeader = false;
        // Data has at most 16 KiB, or three times that when it is percent-encoded. Larger bodies are still read, up to this limit: some clients see a
        // response before the end of the body as a broken connection.
        kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
        // In a path, each of the 320 characters of a name can take up to 12 bytes.
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
    }

    // The message with the setting because of which the emulator cannot listen; null for any other error.
    private static string? BindingFault(Exception? exception, EmulatorOptions options) => exception switch
    {
        null => null,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"Emulator__Port: port {options.Port} of {options.Address} is in use. Set Emulator__Port to another port, or to 0 for any free port.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"Emulator__Port: port {options.Port} of {options.Address} is not allowed. Set Emulator__Port to another port, or to 0 for any free port.",
        SocketException => $"Emulator__Address: the emulator cannot listen on {options.Address}: {exception.Message}.",
        _ => BindingFault(exception.InnerException, options),
    };

    // 0.0.0.0 and :: mean every address of this machine, and cannot be called.
    private static Uri Reachable(Uri url) => IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address)
        ? address.Equals(IPAddress.Any) ? new UriBuilder(url) { Host = IPAddress.Loopback.ToString() }.Uri
            : address.Equals(IPAddress.IPv6Any) ? new UriBuilder(url) { Host = $"[{IPAddress.IPv6Loopback}]" }.Uri
            : url
        : url;

    // The factory belongs to the caller, and must not be disposed with the emulator.
    private sealed class SharedLoggerFactory(ILoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose()
        {
        }
    }
}
