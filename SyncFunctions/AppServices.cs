using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Functions;
using SyncFunctions.Functions.SignIn;
using SyncFunctions.Hosting;
using SyncFunctions.Hosting.Local;
using SyncFunctions.OpenApi;
using SyncFunctions.Store;
using SyncFunctions.Store.Actions;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions;

/// <summary>Registers the app's services. They are the same under every host.</summary>
internal static class AppServices
{
    /// <summary>Adds the configuration that hosts do not read by themselves: local.settings.json and Key Vault.</summary>
    public static void AddSettings(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddLocalSettings(Path.Combine(AppContext.BaseDirectory, LocalSettings.FileName));
        builder.Configuration.AddKeyVault();
    }

    /// <summary>
    /// Adds what the app needs to reach Sync: settings, credentials, client and stores, and the emulator if no credentials are configured.
    /// </summary>
    public static void AddSync(this IHostApplicationBuilder builder)
    {
        SyncSettings settings = SyncSettings.Read(builder.Configuration);
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Client);
        services.AddSingleton(SessionSettings.Read(builder.Configuration));
        if (settings.Credentials is { } credentials)
        {
            services.AddSingleton(WebhookSettings.Read(builder.Configuration, credentials.AuthToken));
            services.AddAccessTokens(credentials is { AccountSid: { } account, ApiKeySid: { } sid, ApiKeySecret: { } secret }
                ? new AccessTokenKey(account, sid, secret, new Settings(builder.Configuration).HostLabel("Twilio:Region"))
                : null);
            services.AddSingleton(new SyncConnection(Task.FromResult(settings.BaseUrl), credentials.Username, credentials.Password));
        }
        else
        {
            EmulatorOptions emulator = EmbeddedEmulator.ReadOptions(builder.Configuration, settings);
            services.AddSingleton(emulator);
            services.AddSingleton(WebhookSettings.Read(builder.Configuration, emulator.AuthToken));
            services.AddAccessTokens(new AccessTokenKey(emulator.AccountSid, emulator.ApiKeySid, emulator.ApiKeySecret, Region: null));
            services.AddSingleton<EmbeddedEmulator>();
            services.AddHostedService(provider => provider.GetRequiredService<EmbeddedEmulator>());
            services.AddSingleton(provider => provider.GetRequiredService<EmbeddedEmulator>().Connection);
            services.AddHealthChecks().AddCheck<EmulatorHealthCheck>("emulator");
            // The app logs a line for each call; the emulator would log the same again.
            builder.Logging.AddFilter(typeof(EmulatorServer).Namespace, LogLevel.Warning);
        }

        services.AddSingleton<ISyncTransport, TwilioTransport>();
        services.AddSingleton<SyncClient>();
        services.AddSingleton(provider => new SyncStores(
            provider.GetRequiredService<SyncClient>(), settings.Services, provider.GetRequiredService<TimeProvider>()));
        services.AddHealthChecks().AddCheck<SyncHealthCheck>("sync");
    }

    /// <summary>Adds the services that the function classes share.</summary>
    public static void AddFunctions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FunctionRunner>();
        builder.Services.AddSingleton<ServerActivity>();
        builder.Services.AddSingleton(JobSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<JobRunner>();
        builder.Services.AddSingleton<HealthReporter>();
        builder.Services.AddSingleton(ExplorerSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<IExplorer, EmbeddedExplorer>();
        builder.Services.AddSingleton<TwilioSignature>();
        builder.Services.AddSingleton(ActionTypeSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<ActionQueues>();
        builder.Services.AddSingleton(SignInSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<PasswordCheck>();
        builder.Services.AddSingleton<UserSignIn>();
        builder.Services.AddSingleton(provider => ApiAddress.Of(
            provider.GetRequiredService<WebhookSettings>(), HostFile.PathBase(AppContext.BaseDirectory)));
        builder.Services.AddSingleton<Descriptions>();
        builder.Services.AddHostedService<StartupReport>();
    }

    private static void AddAccessTokens(this IServiceCollection services, AccessTokenKey? key) =>
        services.AddSingleton(provider => new AccessTokenIssuer(key, provider.GetRequiredService<TimeProvider>()));
}
