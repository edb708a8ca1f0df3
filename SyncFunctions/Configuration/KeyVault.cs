using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace SyncFunctions.Configuration;

/// <summary>
/// Secrets from Azure Key Vault, read once at start: a secret named <c>Twilio--AuthToken</c> is the setting <c>Twilio:AuthToken</c>.
/// Environment variables (app settings) override them.
/// </summary>
internal static class KeyVault
{
    private const string UriKey = "KeyVault:Uri";
    private const string Delimiter = "--";

    // A vault may be shared: secrets of other apps are not read.
    private static readonly HashSet<string> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        "Twilio", "Sync", "Emulator", "FunctionKeys", "Cors", "PublicUrl", "Conversations", "Tokens",
    };

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the secrets of the vault that <c>KeyVault__Uri</c> names, with the managed identity in Azure and the developer's own sign-in elsewhere.
    /// </summary>
    /// <exception cref="StartupException">The URI cannot be used, or the vault cannot be read.</exception>
    public static void AddKeyVault(this IConfigurationManager configuration)
    {
        Settings settings = new(configuration);
        if (settings.Value(UriKey) is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new StartupException("KeyVault__Uri must be an https URL, such as https://my-vault.vault.azure.net/.");
        }

        configuration.AddKeyVault(uri, AzureCredential.Create(settings), new SecretClientOptions());
    }

    /// <summary>Adds the secrets of a vault, below the environment variables and above everything else.</summary>
    /// <param name="timeout">How long the start may wait for the vault; <see langword="null"/> for 30 seconds.</param>
    internal static void AddKeyVault(
        this IConfigurationManager configuration, Uri uri, TokenCredential credential, SecretClientOptions options, TimeSpan? timeout = null)
    {
        // The last one: those before it only read the host's variables, which have a prefix.
        IConfigurationSource? environment = configuration.Sources.LastOrDefault(source => source is EnvironmentVariablesConfigurationSource);
        int position = environment is null ? configuration.Sources.Count : configuration.Sources.IndexOf(environment);
        configuration.Sources.Insert(position, new Source(new SecretClient(uri, credential, options), timeout ?? DefaultTimeout));
    }

    private static bool IsOurs(SecretProperties secret) => secret.Enabled != false && Sections.Contains(secret.Name.Split(Delimiter)[0]);

    private sealed class Source(SecretClient client, TimeSpan timeout) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(client, timeout);
    }

    private sealed class Provider(SecretClient client, TimeSpan timeout) : ConfigurationProvider
    {
        // Configuration sources can only be read synchronously.
        public override void Load() => LoadAsync().GetAwaiter().GetResult();

        private async Task LoadAsync()
        {
            using CancellationTokenSource expired = new(timeout);
            try
            {
                List<Task<KeyVaultSecret>> secrets = [];
                await foreach (SecretProperties secret in client.GetPropertiesOfSecretsAsync(expired.Token))
                {
                    if (IsOurs(secret))
                    {
                        secrets.Add(ReadAsync(secret.Name, expired.Token));
                    }
                }

                foreach (KeyVaultSecret secret in await Task.WhenAll(secrets))
                {
                    Data[secret.Name.Replace(Delimiter, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = secret.Value;
                }
            }
            catch (OperationCanceledException exception)
            {
                throw new StartupException($"KeyVault__Uri: {client.VaultUri} did not answer within {timeout.TotalSeconds} s.", exception);
            }
            catch (Exception exception) when (exception is RequestFailedException or AuthenticationFailedException or AggregateException)
            {
                throw new StartupException(
                    $"KeyVault__Uri: the secrets of {client.VaultUri} cannot be read ({Reason(exception)}). The app's identity needs the role Key Vault Secrets User.",
                    exception);
            }
        }

        private async Task<KeyVaultSecret> ReadAsync(string name, CancellationToken cancellationToken) =>
            await client.GetSecretAsync(name, cancellationToken: cancellationToken);

        private static string Reason(Exception exception) =>
            exception is RequestFailedException { Status: > 0 } failure ? $"HTTP {failure.Status}" : exception.GetType().Name;
    }
}
