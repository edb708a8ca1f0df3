using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;
using SyncFunctions.Functions;
using SyncFunctions.Tests.Documentation;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Deployment;

/// <summary>The resources that <c>infra/</c> creates in Azure, compiled by Bicep's own compiler.</summary>
public sealed partial class InfrastructureTests(InfrastructureTests.Compiled compiled) : IClassFixture<InfrastructureTests.Compiled>
{
    private const string KeySecret = "the-api-key-secret";
    private const string AuthToken = "the-auth-token";
    private static readonly string Account = "AC" + new string('a', 32);
    private static readonly string Key = "SK" + new string('b', 32);

    // What the platform and its SDKs read, and not the app.
    private static readonly string[] PlatformSettings =
    [
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AZURE_CLIENT_ID",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    ];

    private static (string Name, string Value)[] Parameters { get; } =
    [
        ("environmentName", "'test'"), ("twilioAccountSid", $"'{Account}'"), ("twilioApiKeySid", $"'{Key}'"), ("twilioApiKeySecret", $"'{KeySecret}'"),
        ("twilioAuthToken", $"'{AuthToken}'"), ("syncServiceSid", "'default'"), ("twilioRegion", "'ie1'"), ("twilioEdge", "'dublin'"),
        ("publicUrl", "'https://sync.example'"), ("corsOrigins", "'https://a.example, https://b.example'"), ("settings", "{ Sync__TotalTimeout: '8' }"),
    ];

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("resources.bicep")]
    public async Task It_compiles_without_a_warning(string file)
    {
        using Bicep bicep = Bicep.Create();

        (await bicep.LintAsync(file)).Should().Be((0, ""));
    }

    [Fact]
    public async Task Every_rule_of_the_linter_is_an_error()
    {
        using Bicep bicep = Bicep.Create();
        await File.AppendAllTextAsync(bicep.File("resources.bicep"), "\nparam unused string = ''\noutput leaked string = twilioAuthToken\n");

        (int exitCode, string output) = await bicep.LintAsync("main.bicep");

        exitCode.Should().NotBe(0);
        output.Should().Contain("Error no-unused-params").And.Contain("Error outputs-should-not-contain-secrets");
    }

    [Fact]
    public void There_are_no_account_keys_and_the_app_only_has_the_roles_that_it_needs()
    {
        compiled.Require();
        IReadOnlyList<JsonElement> resources = compiled.Resources;

        compiled.Template.GetRawText().Should().NotContainEquivalentOf("listKeys(").And.NotContain("AccountKey");
        JsonElement storage = Properties(resources, "Microsoft.Storage/storageAccounts");
        storage.GetProperty("allowSharedKeyAccess").GetBoolean().Should().BeFalse();
        storage.GetProperty("allowBlobPublicAccess").GetBoolean().Should().BeFalse();
        Properties(resources, "Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization").GetBoolean().Should().BeTrue();
        Properties(resources, "Microsoft.Insights/components").GetProperty("DisableLocalAuth").GetBoolean().Should().BeTrue();
        resources.Where(IsOf("Microsoft.Authorization/roleAssignments")).Select(Role).Should().BeEquivalentTo(
            "Microsoft.Storage b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Microsoft.Storage 974c5e8b-45b9-4653-ba55-5f855dd0fb88",
            "Microsoft.Storage 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Microsoft.KeyVault 4633458b-17de-408a-b874-0445c86b69e6",
            "Microsoft.Insights 3913510d-42f4-4e42-8a64-420c390055eb");
    }

    [Fact]
    public void The_app_runs_on_Flex_Consumption_under_its_own_identity_behind_https()
    {
        compiled.Require();
        IReadOnlyList<JsonElement> resources = compiled.Resources;

        JsonElement app = Properties(resources, "Microsoft.Web/sites");
        app.GetProperty("httpsOnly").GetBoolean().Should().BeTrue();
        JsonElement config = app.GetProperty("functionAppConfig");
        config.GetProperty("runtime").GetRawText().Where(character => !char.IsWhiteSpace(character)).Should().Equal("""{"name":"dotnet-isolated","version":"10.0"}""");
        JsonElement authentication = config.GetProperty("deployment").GetProperty("storage").GetProperty("authentication");
        authentication.GetProperty("type").GetString().Should().Be("UserAssignedIdentity");
        authentication.GetProperty("userAssignedIdentityResourceId").GetString().Should().Be(app.GetProperty("keyVaultReferenceIdentity").GetString());
        app.GetProperty("siteConfig").GetProperty("cors").GetProperty("allowedOrigins").EnumerateArray().Select(origin => origin.GetString())
            .Should().Equal("https://a.example", "https://b.example");
        Properties(resources, "Microsoft.Web/serverfarms").GetProperty("reserved").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public void The_queue_and_the_container_that_the_app_uses_exist()
    {
        compiled.Require();
        IReadOnlyList<JsonElement> resources = compiled.Resources;

        resources.Select(resource => resource.GetProperty("id").GetString()!)
            .Should().Contain(id => id.EndsWith($"/queues/{JobTriggers.QueueName}", StringComparison.Ordinal))
            .And.Contain(id => id.EndsWith("/containers/sync-snapshots", StringComparison.Ordinal));
    }

    [Fact]
    public void The_app_starts_with_the_settings_that_it_is_given_and_knows_each_of_them()
    {
        compiled.Require();
        Dictionary<string, string> given = Settings(compiled.Resources);

        // As App Service gives them to the app.
        given["Twilio__ApiKeySecret"] = KeySecret;
        given["Twilio__AuthToken"] = AuthToken;
        given["APPLICATIONINSIGHTS_CONNECTION_STRING"] = $"InstrumentationKey={Guid.Empty}";
        given["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = Format().Replace(given["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"], $"ClientId={Guid.Empty};Authorization=AAD");
        IConfiguration configuration = Configuration(given);

        SyncSettings settings = SyncSettings.Read(configuration);
        (settings.Credentials!.AccountSid, settings.Credentials.AuthToken, settings.Credentials.Username, settings.Credentials.Password)
            .Should().Be((Account, AuthToken, Key, KeySecret));
        settings.BaseUrl.Should().Be(new Uri("https://sync.dublin.ie1.twilio.com"));
        settings.Services.Should().Contain("default", "default");
        settings.Client.TotalTimeout.Should().Be(TimeSpan.FromSeconds(8));
        StorageSettings storage = StorageSettings.Read(configuration);
        (storage.HasQueues, storage.HasBlobs).Should().Be((true, true));
        TelemetrySettings.Read(configuration).Credential.Should().NotBeNull("Application Insights takes no keys");
        given.Keys.Except(PlatformSettings).Except(Documented()).Should().BeEmpty();
    }

    [Fact]
    public async Task Optional_parameters_that_are_not_given_set_nothing()
    {
        using Bicep bicep = Bicep.Create();

        Dictionary<string, string> given = Settings(await bicep.PredictAsync(
            "resources.bicep", ("environmentName", "'test'"), ("twilioAccountSid", $"'{Account}'"), ("twilioApiKeySid", $"'{Key}'"), ("syncServiceSid", "'default'"),
            ("checkWebhooks", "false")));

        given.Keys.Except(PlatformSettings).Should().BeEquivalentTo(
            "Twilio__AccountSid", "Twilio__ApiKeySid", "Twilio__ApiKeySecret", "Sync__Services__default__ServiceSid");
    }

    [Fact]
    public void Secrets_are_in_the_vault_alone()
    {
        compiled.Require();
        IReadOnlyList<JsonElement> resources = compiled.Resources;
        JsonElement template = compiled.Template;

        Dictionary<string, string> settings = Settings(resources);
        string vault = resources.Single(IsOf("Microsoft.KeyVault/vaults")).GetProperty("name").GetString()!;
        settings["Twilio__ApiKeySecret"].Should().Be($"@Microsoft.KeyVault(VaultName={vault};SecretName=Twilio--ApiKeySecret)");
        settings["Twilio__AuthToken"].Should().Be($"@Microsoft.KeyVault(VaultName={vault};SecretName=Twilio--AuthToken)");
        resources.Where(resource => resource.GetRawText().Contains("parameters('twilio", StringComparison.Ordinal)).Should().OnlyContain(
            resource => IsOf("Microsoft.KeyVault/vaults/secrets")(resource));
        foreach (string secret in (string[])["twilioApiKeySecret", "twilioAuthToken"])
        {
            template.GetProperty("parameters").GetProperty(secret).GetProperty("type").GetString().Should().Be("securestring");
            template.GetProperty("parameters").GetProperty(secret).TryGetProperty("defaultValue", out _).Should().BeFalse("azd prompts for parameters without a default");
        }

        template.GetProperty("outputs").GetRawText().Should().NotContain("Secret").And.NotContain("Token");
    }

    [Fact]
    public void Every_parameter_of_azd_is_one_of_the_template_and_none_that_must_be_given_is_left_out()
    {
        compiled.Require();
        JsonElement template = compiled.Template;
        string text = File.ReadAllText(Path.Combine(Repository.Root, "infra", "main.parameters.json"));
        string[] passed = [.. JsonDocument.Parse(text).RootElement.GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Name)];

        passed.Should().BeSubsetOf(template.GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Name));
        passed.Should().Contain(template.GetProperty("parameters").EnumerateObject()
            .Where(parameter => !parameter.Value.TryGetProperty("defaultValue", out _)).Select(parameter => parameter.Name));
    }

    private static Func<JsonElement, bool> IsOf(string type) => resource => resource.GetProperty("type").GetString() == type;

    private static JsonElement Properties(IEnumerable<JsonElement> resources, string type) => resources.Single(IsOf(type)).GetProperty("properties");

    private static Dictionary<string, string> Settings(IEnumerable<JsonElement> resources) =>
        Properties(resources, "Microsoft.Web/sites/config").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);

    // The provider of the resource that a role is for, and the role.
    private static string Role(JsonElement assignment) =>
        $"{Scope().Match(assignment.GetProperty("id").GetString()!).Groups[1].Value} {assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1]}";

    private static IConfiguration Configuration(Dictionary<string, string> settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Append(KeyValuePair.Create("WEBSITE_SITE_NAME", "func-test"))
            .Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
        .Build();

    // What the guide names as settings; <key> stands for any.
    private static IEnumerable<string> Documented() =>
        from Match setting in SettingName().Matches(MarkdownPage.Read("docs/configuration.md").Text)
        select setting.Groups[1].Value.Replace("<key>", "default", StringComparison.Ordinal);

    /// <summary>What the compiler made, once for all tests.</summary>
    public sealed class Compiled : IAsyncLifetime
    {
        private IReadOnlyList<JsonElement>? resources;

        /// <summary>Gets the resources that come of <see cref="Parameters"/>.</summary>
        public IReadOnlyList<JsonElement> Resources => resources!;

        /// <summary>Gets what is sent to Azure.</summary>
        public JsonElement Template { get; private set; }

        /// <summary>Skips the test if there is no compiler for this system.</summary>
        public void Require() => Assert.SkipWhen(resources is null, Bicep.Unavailable);

        public async ValueTask InitializeAsync()
        {
            if (Bicep.IsAvailable)
            {
                using Bicep bicep = Bicep.Create();
                resources = await bicep.PredictAsync("resources.bicep", Parameters);
                Template = await bicep.BuildAsync("main.bicep");
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [GeneratedRegex("/resourceGroups/rg/providers/([^/]+)/[^/]+/[^/]+/providers/Microsoft.Authorization/")]
    private static partial Regex Scope();

    // What can be known only once the identity exists.
    [GeneratedRegex(@"^\[format\('ClientId=\{0\};Authorization=AAD', reference\(.*\)\.clientId\)\]$")]
    private static partial Regex Format();

    [GeneratedRegex("`([A-Za-z]+(?:__[A-Za-z<>]+)+|PublicUrl)`")]
    private static partial Regex SettingName();
}
