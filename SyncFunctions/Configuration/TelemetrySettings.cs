using System.Globalization;

using Azure.Core;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>
/// The destinations of telemetry, in the standard settings of OpenTelemetry and Application Insights. If none is set, no telemetry is exported.
/// </summary>
/// <param name="OtlpEndpoint">A collector that speaks OTLP; <see langword="null"/> if not configured.</param>
/// <param name="ConnectionString">Application Insights; <see langword="null"/> if not configured.</param>
internal sealed record TelemetrySettings(Uri? OtlpEndpoint, string? ConnectionString)
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ConnectionStringKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string SamplerKey = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgumentKey = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>Gets the identity for Application Insights; <see langword="null"/> if the connection string is enough.</summary>
    public TokenCredential? Credential { get; private init; }

    /// <summary>
    /// Gets the fraction of traces that is sent to Application Insights, from 0 to 1; <see langword="null"/> if there is no fixed fraction.
    /// </summary>
    public float? SampledPart { get; private init; }

    /// <summary>Gets how many traces a second are sent to Application Insights; <see langword="null"/> for the exporter's default.</summary>
    public double? TracesPerSecond { get; private init; }

    /// <summary>Gets whether any destination is configured.</summary>
    public bool IsOn => OtlpEndpoint is not null || ConnectionString is not null;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value cannot be used.</exception>
    public static TelemetrySettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        // These are the exporter's own names of its samplers; only its ASP.NET Core distribution reads them by itself.
        string? sampler = settings.Value(SamplerKey);
        return new TelemetrySettings(Endpoint(settings.Value(EndpointKey)), Checked(settings.Value(ConnectionStringKey)))
        {
            Credential = Authentication(settings),
            SampledPart = sampler == "microsoft.fixed_percentage" ? (float)Argument(settings, maximum: 1) : null,
            TracesPerSecond = sampler == "microsoft.rate_limited" ? Argument(settings, maximum: double.MaxValue) : null,
        };
    }

    private static double Argument(Settings settings, double maximum) =>
        double.TryParse(settings.Value(SamplerArgumentKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0 && number <= maximum
            ? number
            : throw new StartupException($"{SamplerArgumentKey} must be a number of traces a second or, for microsoft.fixed_percentage, a fraction from 0 to 1.");

    // The Functions host has the same setting for its own telemetry
    // (https://learn.microsoft.com/azure/azure-functions/functions-app-settings#applicationinsights_authentication_string).
    private static TokenCredential? Authentication(Settings settings)
    {
        if (settings.Value(AuthenticationKey) is not { } text)
        {
            return null;
        }

        string? Find(string name) => text.Split(';')
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(part => part.Length == 2 && part[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];
        return string.Equals(Find("Authorization"), "AAD", StringComparison.OrdinalIgnoreCase)
            ? AzureCredential.Create(settings, Find("ClientId"))
            : throw new StartupException($"{AuthenticationKey} must be Authorization=AAD, or ClientId=…;Authorization=AAD for a user-assigned identity.");
    }

    private static Uri? Endpoint(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" } ? url
        : throw new StartupException($"{EndpointKey} must be the http or https URL of a collector, such as http://127.0.0.1:4317.");

    // The exporter would fail later, with the whole connection string in its message.
    private static string? Checked(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[][] parts = [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2))];
        return parts.All(part => part is [{ Length: > 0 }, { Length: > 0 }])
            && parts.Any(part => part[0].Equals("InstrumentationKey", StringComparison.OrdinalIgnoreCase) && Guid.TryParse(part[1], out _))
            && parts.Where(part => part[0].EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase)).All(part => Uri.TryCreate(part[1], UriKind.Absolute, out _))
            ? text
            : throw new StartupException(
                $"{ConnectionStringKey} must be an Application Insights connection string, such as InstrumentationKey=…;IngestionEndpoint=https://….");
    }
}
