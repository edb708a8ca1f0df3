using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Client;
using SyncFunctions.Configuration;
using SyncFunctions.Hosting.Local;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Configuration;

/// <summary>The meaning of the settings, and the values with which the app does not start.</summary>
public sealed class ConfigurationTests
{
    private const string Token = "the-auth-token";
    private const string Secret = "the-api-key-secret";
    private static readonly string Account = "AC" + new string('a', 32);
    private static readonly string OtherAccount = "AC" + new string('b', 32);
    private static readonly string Key = "SK" + new string('c', 32);
    private static readonly string Service = "IS" + new string('d', 32);
    private static readonly string OtherService = "IS" + new string('e', 32);

    /// <summary>Complete settings, with the resulting user and password.</summary>
    public static TheoryData<string, string, string> Complete => new()
    {
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token}", Account, Token },
        { $"Twilio:ApiKeySid={Key} Twilio:ApiKeySecret={Secret}", Key, Secret },
        { $"Twilio:AccountSid={Account} Twilio:ApiKeySid={Key} Twilio:ApiKeySecret={Secret}", Key, Secret },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} Twilio:ApiKeySid={Key} Twilio:ApiKeySecret={Secret}", Key, Secret },
        { $"ACCOUNT_SID={Account} AUTH_TOKEN={Token}", Account, Token },
        { $"ACCOUNT_SID={Key} AUTH_TOKEN={Secret}", Key, Secret },
        { $"MASTER_ACCOUNT_SID={Account} ACCOUNT_SID={Key} AUTH_TOKEN={Secret}", Key, Secret },
        { $"MASTER_ACCOUNT_SID={Account} AUTH_TOKEN={Token}", Account, Token },
        { $"MASTER_ACCOUNT_SID={Account} ACCOUNT_SID={Account} AUTH_TOKEN={Token}", Account, Token },
        { $"Twilio:AccountSid={Account} AUTH_TOKEN={Token}", Account, Token },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} ACCOUNT_SID={OtherAccount} AUTH_TOKEN=other", Account, Token },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} Twilio:ApiKeySid= Twilio:ApiKeySecret= ACCOUNT_SID= AUTH_TOKEN=", Account, Token },
        { $"Twilio:AccountSid={Account.ToUpperInvariant()} Twilio:AuthToken={Token}", Account.ToUpperInvariant(), Token },
    };

    /// <summary>Incomplete or wrong settings, with the name that the message must contain.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { $"Twilio:AccountSid={Account} Twilio:AuthToken=@Microsoft.KeyVault(VaultName=v;SecretName=Twilio--AuthToken)", "Twilio__AuthToken" },
        { $"Twilio:ApiKeySid={Key} Twilio:ApiKeySecret=@microsoft.keyvault(SecretUri=https://v.vault.azure.net/secrets/s)", "Twilio__ApiKeySecret" },
        { $"Twilio:AccountSid={Account}", "Twilio__AuthToken" },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken=", "Twilio__AuthToken" },
        { $"Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid= Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:ApiKeySid={Key}", "Twilio__ApiKeySecret" },
        { $"Twilio:ApiKeySecret={Secret}", "Twilio__ApiKeySid" },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} Twilio:ApiKeySid={Key}", "Twilio__ApiKeySecret" },
        { $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} Twilio:ApiKeySecret={Secret}", "Twilio__ApiKeySid" },
        { $"Twilio:AccountSid={Account} Twilio:ApiKeySid={Key}", "Twilio__ApiKeySecret" },
        { $"ACCOUNT_SID={Account}", "AUTH_TOKEN" },
        { $"AUTH_TOKEN={Token}", "ACCOUNT_SID" },
        { $"ACCOUNT_SID={Key}", "Twilio__ApiKeySecret" },
        { $"MASTER_ACCOUNT_SID={Account}", "AUTH_TOKEN" },
        { $"Twilio:AccountSid={Key} Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid={Account[..^1]} Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid={Account}0 Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid={Account[..^1]}g Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid=ac{Account[2..]} Twilio:AuthToken={Token}", "Twilio__AccountSid" },
        { $"Twilio:AccountSid={Token} Twilio:AuthToken={Account}", "Twilio__AccountSid" },
        { $"Twilio:ApiKeySid={Account} Twilio:ApiKeySecret={Secret}", "Twilio__ApiKeySid" },
        { $"Twilio:ApiKeySid={Secret} Twilio:ApiKeySecret={Key}", "Twilio__ApiKeySid" },
        { $"ACCOUNT_SID=XX{Account[2..]} AUTH_TOKEN={Token}", "ACCOUNT_SID" },
        { $"MASTER_ACCOUNT_SID={Key} AUTH_TOKEN={Token}", "MASTER_ACCOUNT_SID" },
    };

    [Theory]
    [MemberData(nameof(Complete))]
    public void Credentials_are_taken_from_their_settings(string given, string user, string password)
    {
        SyncSettings settings = Read($"{given} SYNC_SERVICE_SID={Service}");

        settings.UsesEmulator.Should().BeFalse();
        settings.Credentials!.Username.Should().Be(user);
        settings.Credentials.Password.Should().Be(password);
        settings.Credentials.ToString().Should().NotContainAny(Token, Secret);
        settings.ToString().Should().NotContainAny(Token, Secret);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Credentials_that_cannot_be_used_are_refused_by_their_settings_name(string given, string name)
    {
        foreach (string service in (string[])["", $" SYNC_SERVICE_SID={Service}", " WEBSITE_SITE_NAME=x"])
        {
            string message = Refusal(given + service);
            message.Should().Contain(name);
            message.Should().NotContainAny(Token, Secret);
        }
    }

    [Fact]
    public void Without_credentials_the_emulator_is_used()
    {
        foreach (string given in (string[])["", "Twilio:AccountSid= Twilio:AuthToken= Twilio:ApiKeySid= Twilio:ApiKeySecret= ACCOUNT_SID= AUTH_TOKEN= MASTER_ACCOUNT_SID= SYNC_SERVICE_SID=", "FUNCTIONS_WORKER_RUNTIME=dotnet-isolated"])
        {
            SyncSettings settings = Read(given);
            settings.UsesEmulator.Should().BeTrue();
            settings.Services.Should().BeEquivalentTo(new Dictionary<string, string> { ["default"] = "default" });
        }
    }

    [Theory]
    [InlineData("WEBSITE_SITE_NAME")]
    [InlineData("WEBSITE_INSTANCE_ID")]
    [InlineData("WEBSITE_SKU")]
    [InlineData("WEBSITE_POD_NAME")]
    [InlineData("CONTAINER_APP_NAME")]
    public void In_Azure_credentials_are_required(string mark)
    {
        Refusal($"{mark}=x").Should().Contain("Twilio__AccountSid").And.Contain("Azure");
        Refusal($"{mark}=x SYNC_SERVICE_SID={Service}").Should().Contain("Twilio__AccountSid");
        Read($"{mark}= ").UsesEmulator.Should().BeTrue();
        Read($"{mark}=x Twilio:AccountSid={Account} Twilio:AuthToken={Token} SYNC_SERVICE_SID={Service}").UsesEmulator.Should().BeFalse();
    }

    [Fact]
    public void With_credentials_a_service_is_required()
    {
        string credentials = $"Twilio:AccountSid={Account} Twilio:AuthToken={Token}";

        Refusal(credentials).Should().Contain("Sync__Services__default__ServiceSid").And.NotContain(Token);
        Refusal($"{credentials} SYNC_SERVICE_SID=").Should().Contain("Sync__Services__default__ServiceSid");
        Refusal($"{credentials} Sync:Services:default:ServiceSid=").Should().Contain("Sync__Services__default__ServiceSid");
    }

    [Fact]
    public void Services_are_found_by_their_keys_in_any_case()
    {
        SyncSettings settings = Read(
            $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} Sync:Services:default:ServiceSid={Service} Sync:Services:Other:ServiceSid={OtherService} Sync:Services:third:ServiceSid=default");

        settings.Services.Should().HaveCount(3);
        settings.Services["DEFAULT"].Should().Be(Service);
        settings.Services["other"].Should().Be(OtherService);
        settings.Services["third"].Should().Be("default");
    }

    [Fact]
    public void The_librarys_service_is_the_default_one_unless_another_is_configured()
    {
        string credentials = $"Twilio:AccountSid={Account} Twilio:AuthToken={Token} SYNC_SERVICE_SID={OtherService}";

        Read(credentials).Services["default"].Should().Be(OtherService);
        Read($"{credentials} Sync:Services:default:ServiceSid={Service}").Services.Should().ContainSingle().Which.Value.Should().Be(Service);
        Read($"{credentials} Sync:Services:x:ServiceSid={Service}").Services.Should().HaveCount(2);
        Read($"SYNC_SERVICE_SID={OtherService}").Services["default"].Should().Be(OtherService, "the emulator has it too");
    }

    [Theory]
    [InlineData("Sync:Services:default:ServiceSid=x", "Sync__Services__default__ServiceSid")]
    [InlineData("Sync:Services:my-key:ServiceSid=ACdddddddddddddddddddddddddddddddd", "Sync__Services__my-key__ServiceSid")]
    [InlineData("Sync:Services:default:ServiceSid=ISddddddddddddddddddddddddddddddd", "Sync__Services__default__ServiceSid")]
    [InlineData("Sync:Services:default:ServiceSid=../x", "Sync__Services__default__ServiceSid")]
    [InlineData("Sync:Services:other:Sid=ISdddddddddddddddddddddddddddddddd", "Sync__Services__other__ServiceSid")]
    [InlineData("SYNC_SERVICE_SID=x", "SYNC_SERVICE_SID")]
    public void A_service_SID_of_the_wrong_form_is_refused_by_its_settings_name(string given, string name)
    {
        Refusal(given).Should().Contain(name);
        Refusal($"Twilio:AccountSid={Account} Twilio:AuthToken={Token} {given}").Should().Contain(name).And.NotContain(Token);
    }

    [Theory]
    [InlineData("", "https://sync.twilio.com")]
    [InlineData("Twilio:Region= Twilio:Edge= Sync:BaseUrl=", "https://sync.twilio.com")]
    [InlineData("Twilio:Region=ie1", "https://sync.ie1.twilio.com")]
    [InlineData("Twilio:Edge=dublin", "https://sync.dublin.us1.twilio.com")]
    [InlineData("Twilio:Region=ie1 Twilio:Edge=dublin", "https://sync.dublin.ie1.twilio.com")]
    [InlineData("Sync:BaseUrl=http://127.0.0.1:7072", "http://127.0.0.1:7072")]
    [InlineData("Sync:BaseUrl=https://example.org/ Twilio:Region=ie1", "https://example.org")]
    public void Sync_is_found_by_region_and_edge_or_by_its_address(string given, string url) =>
        Read($"Twilio:AccountSid={Account} Twilio:AuthToken={Token} SYNC_SERVICE_SID={Service} {given}").BaseUrl.Should().Be(new Uri(url));

    [Theory]
    [InlineData("Twilio:Region=ie1.evil.org/", "Twilio__Region")]
    [InlineData("Twilio:Region=evil.org/x?", "Twilio__Region")]
    [InlineData("Twilio:Edge=a@b", "Twilio__Edge")]
    [InlineData("Twilio:Edge=#", "Twilio__Edge")]
    [InlineData("Sync:BaseUrl=sync.twilio.com", "Sync__BaseUrl")]
    [InlineData("Sync:BaseUrl=ftp://sync.twilio.com", "Sync__BaseUrl")]
    [InlineData("Sync:BaseUrl=/v1", "Sync__BaseUrl")]
    [InlineData("Sync:BaseUrl=https://sync.twilio.com/v1", "Sync__BaseUrl")]
    [InlineData("Sync:BaseUrl=https://sync.twilio.com/?a=b", "Sync__BaseUrl")]
    [InlineData("Sync:BaseUrl=https://user:password@sync.twilio.com", "Sync__BaseUrl")]
    [InlineData("Sync:AttemptTimeout=0", "Sync__AttemptTimeout")]
    [InlineData("Sync:AttemptTimeout=-1", "Sync__AttemptTimeout")]
    [InlineData("Sync:AttemptTimeout=601", "Sync__AttemptTimeout")]
    [InlineData("Sync:AttemptTimeout=1,5", "Sync__AttemptTimeout")]
    [InlineData("Sync:AttemptTimeout=NaN", "Sync__AttemptTimeout")]
    [InlineData("Sync:TotalTimeout=00:00:30", "Sync__TotalTimeout")]
    [InlineData("Sync:TotalTimeout=ten", "Sync__TotalTimeout")]
    [InlineData("Sync:TotalTimeout=1e2", "Sync__TotalTimeout")]
    public void A_value_that_cannot_be_used_is_refused_by_its_settings_name(string given, string name) =>
        Refusal($"Twilio:AccountSid={Account} Twilio:AuthToken={Token} SYNC_SERVICE_SID={Service} {given}").Should().Contain(name).And.NotContainAny(Token, "password");

    [Fact]
    public void An_address_of_Sync_without_credentials_for_it_is_refused() =>
        Refusal("Sync:BaseUrl=http://127.0.0.1:7072").Should().Contain("Twilio__AccountSid").And.Contain("Sync__BaseUrl");

    [Fact]
    public void Timeouts_are_seconds()
    {
        Read("").Client.Should().Be(new SyncClientOptions());
        SyncClientOptions client = Read("Sync:AttemptTimeout=0.25 Sync:TotalTimeout=600").Client;
        client.AttemptTimeout.Should().Be(TimeSpan.FromMilliseconds(250));
        client.TotalTimeout.Should().Be(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Spaces_around_a_value_do_no_harm()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Twilio:AccountSid"] = $" {Account}\n",
            ["Twilio:AuthToken"] = $"{Token} ",
            ["Sync:Services:default:ServiceSid"] = $"\t{Service}",
        }).Build();

        SyncSettings settings = SyncSettings.Read(configuration);

        settings.Credentials!.Username.Should().Be(Account);
        settings.Credentials.Password.Should().Be(Token);
        settings.Services["default"].Should().Be(Service);
    }

    [Fact]
    public void Local_settings_are_read_below_everything_else()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(
            folder.File(LocalSettings.FileName),
            $$"""
            // as Core Tools allows it
            { "IsEncrypted": false, "Values": { "Twilio__AccountSid": "{{Account}}", "Twilio:AuthToken": "{{Token}}", "Sync__Services__default__ServiceSid": "{{Service}}",
              "Some__Flag": true, "Some__Number": 5, }, "Host": { "CORS": "*" } }
            """);
        using ConfigurationManager configuration = new();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Twilio:AuthToken"] = "from elsewhere" });

        configuration.AddLocalSettings(folder.File(LocalSettings.FileName));

        configuration["Twilio:AccountSid"].Should().Be(Account);
        configuration["Twilio:AuthToken"].Should().Be("from elsewhere");
        configuration["Some:Number"].Should().Be("5");
        configuration.GetValue<bool>("Some:Flag").Should().BeTrue();
        SyncSettings.Read(configuration).Services["default"].Should().Be(Service);
    }

    [Fact]
    public void An_environment_variable_overrides_local_settings()
    {
        string name = $"SYNCFUNCTIONS_TEST_{Guid.NewGuid():N}";
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File(LocalSettings.FileName), $$$"""{"Values":{"{{{name}}}__Setting":"file","{{{name}}}__Other":"file"}}""");
        Environment.SetEnvironmentVariable($"{name}__Setting", "environment");
        try
        {
            IHostApplicationBuilder builder = new LocalHost([]).Builder;
            builder.Configuration.AddLocalSettings(folder.File(LocalSettings.FileName));

            builder.Configuration[$"{name}:Setting"].Should().Be("environment");
            builder.Configuration[$"{name}:Other"].Should().Be("file");
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{name}__Setting", null);
        }
    }

    [Fact]
    public void Local_settings_are_optional()
    {
        using TemporaryFolder folder = new();
        using ConfigurationManager configuration = new();

        configuration.AddLocalSettings(folder.File(LocalSettings.FileName));
        File.WriteAllText(folder.File(LocalSettings.FileName), """{"IsEncrypted":false}""");
        configuration.AddLocalSettings(folder.File(LocalSettings.FileName));

        configuration.AsEnumerable().Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("""{"Values":[]}""")]
    [InlineData("""{"Values":"secret-value"}""")]
    [InlineData("""{"Values":{"a":"secret-value}}""")]
    [InlineData("""{"Values":{"A":"secret-value","a":"x"}}""")]
    [InlineData("""{"Values":{"a__b":"secret-value","a:b":"x"}}""")]
    [InlineData("""{"Values":{"a":"\ud800"}}""")]
    public void Local_settings_that_cannot_be_read_are_refused_by_the_files_name(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File(LocalSettings.FileName), content);
        using ConfigurationManager configuration = new();

        Action add = () => configuration.AddLocalSettings(folder.File(LocalSettings.FileName));

        add.Should().Throw<StartupException>().Which.Message.Should().Contain("local.settings.json").And.NotContain("secret-value");
    }

    [Fact]
    public void Encrypted_local_settings_are_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File(LocalSettings.FileName), """{"IsEncrypted":true,"Values":{"a":"CfDJ8-secret"}}""");
        using ConfigurationManager configuration = new();

        Action add = () => configuration.AddLocalSettings(folder.File(LocalSettings.FileName));

        add.Should().Throw<StartupException>().Which.Message.Should().Contain("encrypted").And.Contain("func settings decrypt").And.NotContain("CfDJ8");
    }

    [Fact]
    public void Settings_that_the_sample_leaves_empty_are_not_configured()
    {
        SyncSettings settings = Read("FUNCTIONS_WORKER_RUNTIME=dotnet-isolated Twilio:AccountSid= Twilio:AuthToken= Sync:Services:default:ServiceSid=");

        settings.UsesEmulator.Should().BeTrue();
        settings.Services["default"].Should().Be("default");
    }

    // Settings as "key=value key=value".
    private static SyncSettings Read(string settings) => SyncSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('=', 2))
            .Select(setting => KeyValuePair.Create(setting[0], (string?)setting[1])))
        .Build());

    private static string Refusal(string settings)
    {
        Action read = () => Read(settings);
        return read.Should().Throw<StartupException>("{0} cannot be used", settings).Which.Message;
    }
}
