using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Hosting.Local;

namespace SyncFunctions.Tests.Configuration;

/// <summary>Secrets from Key Vault, with Azure's own client and a fake vault that responds like the real one.</summary>
public sealed class KeyVaultTests
{
    private const string Secret = "the-secret-value";
    private static readonly Uri Url = new("https://my-vault.vault.azure.net/");

    [Fact]
    public void Secrets_are_read_page_by_page_after_the_vaults_challenge()
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, true), ("FunctionKeys--Functions--getList", "a key", null), ("PublicUrl", "https://my-app", true));
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration["Twilio:AuthToken"].Should().Be(Secret);
        configuration["FunctionKeys:Functions:getList"].Should().Be("a key");
        configuration["PublicUrl"].Should().Be("https://my-app");
        vault.Pages.Should().Be(3, "each page has one secret");
        vault.Requests.Should().OnlyContain(request => request.Host == Url.Host, "the token is for the vault alone");
        vault.Credential.Scopes.Should().OnlyContain(scope => scope == "https://vault.azure.net/.default");
    }

    [Fact]
    public void Secrets_of_other_apps_in_a_shared_vault_are_not_read()
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, true), ("Payroll--Password", "not ours", true), ("TwilioSandbox", "not ours", true));
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration["Twilio:AuthToken"].Should().Be(Secret);
        configuration.AsEnumerable().Select(setting => setting.Value).Should().NotContain("not ours");
        vault.Requests.Select(request => request.AbsolutePath).Where(path => path != "/secrets").Should().Equal("/secrets/Twilio--AuthToken");
    }

    [Fact]
    public void The_hashes_of_passwords_may_be_secrets()
    {
        FakeVault vault = new(("Tokens--Users--alice", "a hash", true), ("Conversations--ServiceSid", "IS", true));
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration["Tokens:Users:alice"].Should().Be("a hash");
        configuration["Conversations:ServiceSid"].Should().Be("IS");
    }

    [Fact]
    public void Secrets_are_read_at_the_same_time()
    {
        using Barrier allAsked = new(3);
        FakeVault vault = new(("Twilio--AccountSid", "AC", true), ("Twilio--AuthToken", Secret, true), ("PublicUrl", "https://my-app", true))
        {
            // Each value is returned only once all are requested.
            BeforeValue = cancelled => Task.Run(() => allAsked.SignalAndWait(cancelled), cancelled),
        };
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration["Twilio:AuthToken"].Should().Be(Secret);
    }

    [Fact]
    public void A_vault_that_does_not_answer_is_refused_by_its_settings_name()
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, true)) { BeforeValue = cancelled => Task.Delay(System.Threading.Timeout.Infinite, cancelled) };
        using ConfigurationManager configuration = new();

        Action add = () => configuration.AddKeyVault(Url, vault.Credential, vault.Options, TimeSpan.FromMilliseconds(200));

        add.Should().Throw<StartupException>().Which.Message.Should().Be($"KeyVault__Uri: {Url} did not answer within 0.2 s.");
    }

    [Fact]
    public void Disabled_secrets_are_left_out()
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, false), ("Twilio--AccountSid", "AC", true));
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration["Twilio:AuthToken"].Should().BeNull();
        configuration["Twilio:AccountSid"].Should().Be("AC");
        vault.Requests.Should().NotContain(request => request.AbsolutePath.Contains("AuthToken", StringComparison.Ordinal), "a disabled secret cannot be read");
    }

    [Fact]
    public void An_empty_vault_adds_nothing()
    {
        FakeVault vault = new();
        using ConfigurationManager configuration = new();

        configuration.AddKeyVault(Url, vault.Credential, vault.Options);

        configuration.AsEnumerable().Should().BeEmpty();
    }

    [Fact]
    public void Environment_variables_override_secrets_and_secrets_override_everything_else()
    {
        string name = $"SYNCFUNCTIONSTEST{Guid.NewGuid():N}";
        FakeVault vault = new(($"Sync--{name}--Setting", Secret, true), ($"Sync--{name}--Other", Secret, true));
        Environment.SetEnvironmentVariable($"Sync__{name}__Setting", "environment");
        try
        {
            IHostApplicationBuilder builder = new LocalHost([]).Builder;
            int beforeVariables = builder.Configuration.Sources.ToList().FindLastIndex(
                source => source is Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource);
            builder.Configuration.Sources.Insert(
                beforeVariables,
                new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
                {
                    InitialData = [KeyValuePair.Create($"Sync:{name}:Setting", (string?)"appsettings.json"), KeyValuePair.Create($"Sync:{name}:Other", (string?)"appsettings.json")],
                });

            builder.Configuration.AddKeyVault(Url, vault.Credential, vault.Options);

            builder.Configuration[$"Sync:{name}:Setting"].Should().Be("environment");
            builder.Configuration[$"Sync:{name}:Other"].Should().Be(Secret);
        }
        finally
        {
            Environment.SetEnvironmentVariable($"Sync__{name}__Setting", null);
        }
    }

    [Fact]
    public void A_vault_is_read_once_for_the_whole_app()
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, true));
        LocalHost app = new([]);
        app.Builder.Configuration.AddKeyVault(Url, vault.Credential, vault.Options);
        app.Builder.Services.AddSingleton(TimeProvider.System);
        app.Builder.Services.AddSingleton(ExplorerSettings.Read(app.Builder.Configuration));

        using IHost host = app.Build();

        vault.Pages.Should().Be(1);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "HTTP 403")]
    [InlineData(HttpStatusCode.NotFound, "HTTP 404")]
    public void A_vault_that_cannot_be_read_is_refused_by_its_settings_name(HttpStatusCode status, string reason)
    {
        FakeVault vault = new(("Twilio--AuthToken", Secret, true)) { Refusal = status };

        string message = Refusal(vault);

        message.Should().Contain("KeyVault__Uri").And.Contain(Url.ToString()).And.Contain(reason).And.NotContainAny(Secret, FakeCredential.Token);
    }

    [Fact]
    public void A_single_secret_that_cannot_be_read_is_refused_without_the_others_values()
    {
        FakeVault vault = new(("Sync--Readable", Secret, true), ("Sync--Unreadable", "x", true)) { Unreadable = "Sync--Unreadable" };

        Refusal(vault).Should().Contain("KeyVault__Uri").And.NotContain(Secret);
    }

    [Fact]
    public void An_identity_that_cannot_sign_in_is_refused_by_the_settings_name()
    {
        FakeVault vault = new();
        vault.Credential.Failure = new Azure.Identity.CredentialUnavailableException("secret details");

        Refusal(vault).Should().Contain("KeyVault__Uri").And.NotContain("secret details");
    }

    [Fact]
    public void A_vault_that_is_out_of_reach_is_refused_by_its_settings_name()
    {
        FakeVault vault = new() { Failure = new HttpRequestException("no such host") };

        Refusal(vault).Should().Contain("KeyVault__Uri");
    }

    [Theory]
    [InlineData("my-vault")]
    [InlineData("http://my-vault.vault.azure.net/")]
    [InlineData("/my-vault")]
    public void An_invalid_vault_address_is_refused_by_its_settings_name(string uri)
    {
        using ConfigurationManager configuration = new();
        configuration["KeyVault:Uri"] = uri;

        Action add = () => configuration.AddKeyVault();

        add.Should().Throw<StartupException>().Which.Message.Should().Contain("KeyVault__Uri");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_an_address_there_is_no_vault(string? uri)
    {
        using ConfigurationManager configuration = new();
        configuration["KeyVault:Uri"] = uri;

        configuration.AddKeyVault();

        configuration.Sources.Should().ContainSingle();
    }

    private static string Refusal(FakeVault vault)
    {
        using ConfigurationManager configuration = new();
        Action add = () => configuration.AddKeyVault(Url, vault.Credential, vault.Options);
        return add.Should().Throw<StartupException>().Which.Message;
    }

    private sealed class FakeCredential : TokenCredential
    {
        public const string Token = "the-access-token";

        public ConcurrentQueue<string> Scopes { get; } = new();

        public Exception? Failure { get; set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            foreach (string scope in requestContext.Scopes)
            {
                Scopes.Enqueue(scope);
            }

            return Failure is null ? new AccessToken(Token, DateTimeOffset.UtcNow.AddHours(1)) : throw Failure;
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }

    /// <summary>Key Vault's REST API, as far as listing and reading secrets goes: a challenge first, pages of one secret, values one by one.</summary>
    private sealed class FakeVault(params (string Name, string Value, bool? Enabled)[] secrets) : HttpMessageHandler
    {
        public FakeCredential Credential { get; } = new();

        public ConcurrentQueue<Uri> Requests { get; } = new();

        public HttpStatusCode? Refusal { get; init; }

        public string? Unreadable { get; init; }

        public Func<CancellationToken, Task> BeforeValue { get; init; } = _ => Task.CompletedTask;

        public Exception? Failure { get; init; }

        public int Pages => Requests.Count(request => request.AbsolutePath == "/secrets");

        public SecretClientOptions Options => new() { Transport = new HttpClientTransport(this), Retry = { MaxRetries = 0 } };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            if (request.Headers.Authorization is null)
            {
                HttpResponseMessage challenge = Answer(HttpStatusCode.Unauthorized, """{"error":{"code":"Unauthorized","message":"AKV10000: Request is missing a Bearer or PoP token."}}""");
                challenge.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue(
                    "Bearer", "authorization=\"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111\", resource=\"https://vault.azure.net\""));
                return challenge;
            }

            request.Headers.Authorization.ToString().Should().Be($"Bearer {FakeCredential.Token}");
            Requests.Enqueue(request.RequestUri!);
            if (Refusal is { } refusal)
            {
                return Answer(refusal, $$$"""{"error":{"code":"Forbidden","message":"Caller is not authorized; {{{Secret}}}","innererror":{"code":"ForbiddenByRbac"} } }""");
            }

            string[] segments = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
            if (segments is ["secrets"])
            {
                return Page(request.RequestUri);
            }

            await BeforeValue(cancellationToken);
            return Value(segments[1]);
        }

        private HttpResponseMessage Page(Uri url)
        {
            const string Marker = "$skiptoken=";
            int start = url.Query.IndexOf(Marker, StringComparison.Ordinal);
            int index = start < 0 ? 0 : int.Parse(url.Query[(start + Marker.Length)..], System.Globalization.CultureInfo.InvariantCulture);
            string items = index < secrets.Length
                ? $$$"""{"id":"{{{Id(secrets[index].Name)}}}","attributes":{ {{{Enabled(secrets[index].Enabled)}}}"created":1700000000,"updated":1700000000,"recoveryLevel":"Recoverable"},"tags":{}}"""
                : "";
            string next = index + 1 < secrets.Length ? $"\"{Url}secrets?api-version=7.6&{Marker}{index + 1}\"" : "null";
            return Answer(HttpStatusCode.OK, $$"""{"value":[{{items}}],"nextLink":{{next}} }""");
        }

        private HttpResponseMessage Value(string name) => name == Unreadable
            ? Answer(HttpStatusCode.Forbidden, """{"error":{"code":"Forbidden","message":"no"}}""")
            : Answer(
                HttpStatusCode.OK,
                $$$"""{"value":"{{{secrets.Single(secret => secret.Name == name).Value}}}","id":"{{{Id(name)}}}/4387e9f3d6e14c459867679a90fd0f79","attributes":{"enabled":true,"created":1700000000,"updated":1700000000} }""");

        private static string Id(string name) => $"{Url}secrets/{name}";

        private static string Enabled(bool? enabled) => enabled is { } value ? $"\"enabled\":{(value ? "true" : "false")}," : "";

        private static HttpResponseMessage Answer(HttpStatusCode status, string json) =>
            new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }
}
