using System.Runtime.CompilerServices;

using Azure.Monitor.OpenTelemetry.Exporter;

using Microsoft.Azure.Functions.Worker.OpenTelemetry;
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
    /// <param name="isWorker">Whether it runs under the Functions host, whose traces the app's spans then belong to.</param>
    /// <exception cref="StartupException">A setting cannot be used.</exception>
    public static void AddTelemetry(this IHostApplicationBuilder builder, bool isWorker)
    {
        TelemetrySettings settings = TelemetrySettings.Read(builder.Configuration);
        if (settings.IsOn)
        {
            AddExporters(builder, settings, isWorker);
        }
    }

    // By itself, so that OpenTelemetry's types are loaded only if they are needed. That takes 10 ms of a cold start.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExporters(IHostApplicationBuilder builder, TelemetrySettings settings, bool isWorker)
    {
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(App).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(App, Emulator))
            .WithMetrics(metrics => metrics.AddMeter(App, Emulator, Runtime))
            .WithLogging(logging => logging.AddProcessor(new SyncTextRemoval()));
        // Each of its lines also is a span, and contains the path, with whatever a caller put into it.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(FunctionLog.Category, LogLevel.None);
        if (isWorker)
        {
            telemetry.UseFunctionsWorkerDefaults();
        }

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
