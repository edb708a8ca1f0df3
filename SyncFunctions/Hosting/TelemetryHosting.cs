using Azure.Monitor.OpenTelemetry.Exporter;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

using SyncFunctions.Configuration;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Hosting;

/// <summary>
/// Exports the app's spans, metrics and logs to the configured destinations. It exports only the app's own spans: those of the web server and of HTTP
/// clients contain URLs, and so names, identities and keys.
/// </summary>
internal static class TelemetryHosting
{
    private const string App = "SyncFunctions";
    private const string Emulator = "SyncFunctions.Emulator";
    private const string Runtime = "System.Runtime";

    /// <summary>Adds the configured exporters, if any.</summary>
    /// <param name="configure">Adds the host's own configuration.</param>
    /// <exception cref="StartupException">A setting cannot be used.</exception>
    public static void AddTelemetry(this IHostApplicationBuilder builder, Action<OpenTelemetryBuilder>? configure = null)
    {
        TelemetrySettings settings = TelemetrySettings.Read(builder.Configuration);
        if (!settings.IsOn)
        {
            return;
        }

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(App).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(App, Emulator))
            .WithMetrics(metrics => metrics.AddMeter(App, Emulator, Runtime))
            .WithLogging(logging => logging.AddProcessor(new SyncTextRemoval()));
        // Each of its lines also is a span, and contains the path, with whatever a caller put into it.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(FunctionLog.Category, LogLevel.None);
        configure?.Invoke(telemetry);
        if (settings.OtlpEndpoint is not null)
        {
            // It reads the endpoint, the protocol and the headers itself, from OpenTelemetry's own variables.
            telemetry.UseOtlpExporter();
        }

        if (settings.ConnectionString is { } connectionString)
        {
            telemetry.UseAzureMonitorExporter(monitor =>
            {
                monitor.ConnectionString = connectionString;
                monitor.Credential = settings.Credential;
                monitor.SamplingRatio = settings.SampledPart ?? monitor.SamplingRatio;
                monitor.TracesPerSecond = settings.SampledPart is null ? settings.TracesPerSecond ?? monitor.TracesPerSecond : null;
            });
        }
    }
}
