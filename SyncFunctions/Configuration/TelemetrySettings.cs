using System.Globalization;

using Azure.Core;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>Where telemetry goes, under the names that OpenTelemetry and Application Insights have for it. Without any there is none.</summary>
/// <param name="OtlpEndpoint">A collector that speaks OTLP; <see langword="null"/> for none.</param>
/// <param name="ConnectionString">Application Insights; <see langword="null"/> for none.</param>
internal sealed record TelemetrySettings(Uri? OtlpEndpoint, string? ConnectionString)
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ConnectionStringKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string SamplerKey = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgumentKey = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>Gets the identity that Application Insights requires; <see langword="null"/> if its connection string is enough.</summary>
    public TokenCredential? Credential { get; private init; }

    /// <summary>Gets which part of all traces Application Insights gets, from 0 to 1; <see langword="null"/> if that is not by their number.</summary>
    public float? SampledPart { get; private init; }

    /// <summary>Gets how many traces a second Application Insights gets; <see langword="null"/> for as many as its exporter finds right.</summary>
    public double? TracesPerSecond { get; private init; }

    /// <summary>Gets whether there is any.</summary>
    public bool IsOn => OtlpEndpoint is not null || ConnectionString is not null;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value cannot be used.</exception>
    public static TelemetrySettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        // These are the exporter's own names for its samplers, of which it reads only the web server's edition.
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
            : throw new StartupException($"{SamplerArgumentKey} must be a number of traces a second, or for microsoft.fixed_percentage a part from 0 to 1.");

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

    // Its exporter would find out later, and say so with the whole of it.
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
