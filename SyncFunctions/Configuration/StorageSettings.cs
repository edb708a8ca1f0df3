using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>
/// The storage account of the Functions host: <c>AzureWebJobsStorage</c>, a connection string, or <c>AzureWebJobsStorage__accountName</c> or
/// <c>__queueServiceUri</c> and <c>__blobServiceUri</c>, to which the app signs in with its identity.
/// </summary>
internal sealed class StorageSettings
{
    /// <summary>The setting's name, the same as the Functions host's.</summary>
    public const string Key = "AzureWebJobsStorage";

    private readonly Settings settings;
    private readonly string? connection;
    private readonly string? account;

    private StorageSettings(Settings settings)
    {
        this.settings = settings;
        connection = settings.Value(Key);
        account = settings.Value($"{Key}:accountName");
    }

    /// <summary>Gets whether there is an account with queues.</summary>
    public bool HasQueues => connection is not null || Service("queue") is not null;

    /// <summary>Gets whether there is an account with blobs.</summary>
    public bool HasBlobs => connection is not null || Service("blob") is not null;

    /// <summary>Reads the settings.</summary>
    public static StorageSettings Read(IConfiguration configuration) => new(new Settings(configuration));

    /// <summary>Creates a client for a queue.</summary>
    /// <exception cref="StartupException">The settings cannot be used.</exception>
    public QueueClient Queue(string name)
    {
        // As the Functions host reads messages.
        QueueClientOptions options = new() { MessageEncoding = QueueMessageEncoding.Base64 };
        Limit(options);
        return Create(() => connection is not null ? new QueueClient(connection, name, options) : new QueueClient(At("queue", name), Credential, options));
    }

    /// <summary>Creates a client for a container.</summary>
    /// <exception cref="StartupException">The settings cannot be used.</exception>
    public BlobContainerClient Container(string name)
    {
        BlobClientOptions options = BlobOptions();
        return Create(() => connection is not null ? new BlobContainerClient(connection, name, options) : new BlobContainerClient(At("blob", name), Credential, options));
    }

    /// <summary>Creates a client for the container at a URL.</summary>
    public BlobContainerClient Container(Uri uri) => new(uri, AzureCredential.Create(settings), BlobOptions());

    private TokenCredential Credential => AzureCredential.Create(settings, settings.Value($"{Key}:clientId"));

    private static BlobClientOptions BlobOptions()
    {
        BlobClientOptions options = new();
        Limit(options);
        return options;
    }

    // A caller waits for the storage, or a worker that retries by itself, so the client must give up soon.
    private static void Limit(ClientOptions options)
    {
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
    }

    private static T Create<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            // The inner message is left out: it could repeat the account's key.
            throw new StartupException($"{Key} must be the connection string of a storage account.", exception);
        }
    }

    private string? Service(string kind) => settings.Value($"{Key}:{kind}ServiceUri") ?? (account is null ? null : $"https://{account}.{kind}.core.windows.net");

    private Uri At(string kind, string name) => Uri.TryCreate($"{Service(kind)!.TrimEnd('/')}/{name}", UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http"
        ? url!
        : throw new StartupException($"{Settings.Name($"{Key}:{kind}ServiceUri")} must be an https URL.");
}
