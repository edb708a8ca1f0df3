using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using OpenTelemetry.Trace;

using SyncFunctions.Configuration;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Configuration;

/// <summary>The destinations of telemetry. Without one, no exporter is started.</summary>
public sealed class TelemetrySettingsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string Key = "InstrumentationKey=6a1f8a4e-0000-4000-8000-000000000001";

    [Theory]
    [InlineData(Endpoint, "http://127.0.0.1:4317")]
    [InlineData(Endpoint, "https://collector.example/otlp/")]
    [InlineData(ConnectionString, Key)]
    [InlineData(ConnectionString, $"{Key};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;ApplicationId=x;")]
    public void A_setting_turns_it_on(string name, string value) => Read(name, value).IsOn.Should().BeTrue();

    [Theory]
    [InlineData(Endpoint, "collector:4317")]
    [InlineData(Endpoint, "localhost")]
    [InlineData(Endpoint, "ftp://collector.example")]
    [InlineData(Endpoint, "http://user:secret@collector.example")]
    [InlineData(Endpoint, "http://collector.example/?secret")]
    [InlineData(ConnectionString, "secret")]
    [InlineData(ConnectionString, "InstrumentationKey=secret")]
    [InlineData(ConnectionString, "IngestionEndpoint=https://secret.example/")]
    [InlineData(ConnectionString, $"{Key};IngestionEndpoint=secret")]
    [InlineData(ConnectionString, $"{Key};secret")]
    [InlineData(Authentication, "secret")]
    [InlineData(Authentication, "ClientId=secret")]
    [InlineData(Authentication, "Authorization=secret")]
    public void A_value_that_cannot_be_used_is_refused_by_name(string name, string value)
    {
        Action reading = () => Read(name, value);

        reading.Should().Throw<StartupException>().Which.Message.Should().StartWith(name).And.NotContain("secret");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Authorization=AAD", true)]
    [InlineData("ClientId=6a1f8a4e-0000-4000-8000-000000000002;Authorization=AAD", true)]
    [InlineData(" authorization = aad ; ", true)]
    public void The_app_signs_in_to_Application_Insights_if_it_must(string? value, bool signsIn)
    {
        TelemetrySettings settings = Read((ConnectionString, Key), (Authentication, value ?? ""));

        (settings.Credential is not null).Should().Be(signsIn);
    }

    [Theory]
    [InlineData("microsoft.fixed_percentage", "0.25", 0.25, null)]
    [InlineData("microsoft.rate_limited", "2.5", null, 2.5)]
    [InlineData("parentbased_always_on", "nonsense", null, null)]
    public void Sampling_is_set_as_for_Azures_own_distribution(string sampler, string argument, double? part, double? perSecond)
    {
        TelemetrySettings settings = Read(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument));

        ((double?)settings.SampledPart, settings.TracesPerSecond).Should().Be((part, perSecond));
    }

    [Theory]
    [InlineData("microsoft.fixed_percentage", "25")]
    [InlineData("microsoft.fixed_percentage", "")]
    [InlineData("microsoft.rate_limited", "-1")]
    [InlineData("microsoft.rate_limited", "many")]
    public void Invalid_sampling_is_refused_by_name(string sampler, string argument)
    {
        Action reading = () => Read(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument));

        reading.Should().Throw<StartupException>().Which.Message.Should().StartWith("OTEL_TRACES_SAMPLER_ARG");
    }

    [Fact]
    public async Task Without_a_setting_no_exporter_is_started()
    {
        await using TestApp silent = await TestApp.StartAsync(new Dictionary<string, string?> { [Endpoint] = "", [ConnectionString] = " " });
        await using TestApp telling = await TestApp.StartAsync(new Dictionary<string, string?> { [Endpoint] = "http://127.0.0.1:9" });

        silent.Services.GetService<TracerProvider>().Should().BeNull();
        telling.Services.GetService<TracerProvider>().Should().NotBeNull();
    }

    [Fact]
    public async Task The_app_does_not_start_with_one_that_cannot_be_used()
    {
        using TemporaryFolder folder = new();
        await using AppProcess app = AppProcess.Start(folder.Path, (Endpoint, "collector:4317"));

        (await app.EndAsync()).Should().Be(1);
        app.Errors.Should().ContainSingle().Which.Should().StartWith(Endpoint);
    }

    private static TelemetrySettings Read(string name, string value) => Read((name, value));

    private static TelemetrySettings Read(params (string Name, string Value)[] settings) => TelemetrySettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
