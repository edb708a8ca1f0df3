using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>
/// Secrets from Azure Key Vault, read once at start: a secret named <c>Twilio--AuthToken</c> is the setting <c>Twilio:AuthToken</c>.
/// Environment variables (app settings) win over them.
/// </summary>
internal static class KeyVault
{
    private const string UriKey = "KeyVault:Uri";

    /// <summary>Adds the secrets of the vault that <c>KeyVault__Uri</c> names, with the managed identity in Azure and the developer's own sign-in elsewhere.</summary>
    /// <exception cref="StartupException">The URI cannot be used, or the vault cannot be read.</exception>
    public static void AddKeyVault(this IConfigurationManager configuration)
    {
        if (new Settings(configuration).Value(UriKey) is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new StartupException("KeyVault__Uri must be an https URL, such as https://my-vault.vault.azure.net/.");
        }

        configuration.AddKeyVault(uri, new DefaultAzureCredential(), new SecretClientOptions());
    }

    /// <summary>Adds the secrets of a vault, below the environment variables and above everything else.</summary>
    internal static void AddKeyVault(this IConfigurationManager configuration, Uri uri, TokenCredential credential, SecretClientOptions options)
    {
        // The last one: those before it read only variables with a prefix, for the host.
        IConfigurationSource? environment = configuration.Sources.LastOrDefault(
            source => source is Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource);
        int position = environment is null ? configuration.Sources.Count : configuration.Sources.IndexOf(environment);
        configuration.Sources.Insert(position, new Source(new SecretClient(uri, credential, options)));
    }

    private sealed class Source(SecretClient client) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(client);
    }

    private sealed class Provider(SecretClient client) : ConfigurationProvider
    {
        public override void Load()
        {
            try
            {
                foreach (SecretProperties secret in client.GetPropertiesOfSecrets().Where(secret => secret.Enabled != false))
                {
                    Data[secret.Name.Replace("--", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] =
                        client.GetSecret(secret.Name).Value.Value;
                }
            }
            catch (Exception exception) when (exception is RequestFailedException or AuthenticationFailedException or AggregateException)
            {
                throw new StartupException(
                    $"KeyVault__Uri: the secrets of {client.VaultUri} cannot be read ({Reason(exception)}). The app's identity needs the role Key Vault Secrets User.",
                    exception);
            }
        }

        private static string Reason(Exception exception) =>
            exception is RequestFailedException { Status: > 0 } failure ? $"HTTP {failure.Status}" : exception.GetType().Name;
    }
}
