using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Functions;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>Chooses what runs jobs: this process itself, or the workers of a Functions host, which share a queue.</summary>
internal static class JobHosting
{
    private const string ContainerKey = "Snapshots:ContainerUri";
    private const string FolderKey = "Snapshots:Folder";
    private const string DefaultFolder = ".sync/snapshots";
    private const string DefaultContainer = "sync-snapshots";

    private static readonly NoJobQueue Disabled = new($"Jobs are off: {Settings.Name(JobSettings.EnabledKey)} is false.");

    /// <summary>Runs the jobs in this process.</summary>
    public static void AddLocalJobs(this IHostApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(Snapshots(builder.Configuration, storage: null));
        if (!JobSettings.Read(builder.Configuration).IsEnabled)
        {
            services.AddSingleton<IJobQueue>(Disabled);
            return;
        }

        services.AddSingleton<LocalJobQueue>();
        services.AddSingleton<IJobQueue>(provider => provider.GetRequiredService<LocalJobQueue>());
        services.AddHostedService<LocalJobWorker>();
    }

    /// <summary>Runs the jobs in the workers of the Functions host, which wakes them with a queue in its storage account.</summary>
    public static void AddQueuedJobs(this IHostApplicationBuilder builder)
    {
        StorageSettings storage = StorageSettings.Read(builder.Configuration);
        builder.Services.TryAddSingleton(Snapshots(builder.Configuration, storage));
        builder.Services.AddSingleton<IJobQueue>(
            !JobSettings.Read(builder.Configuration).IsEnabled ? Disabled
            : storage.HasQueues ? new StorageJobQueue(storage.Queue(JobTriggers.QueueName))
            : new NoJobQueue($"Jobs are off: {StorageSettings.Key} is missing. Under the Functions host, jobs need a queue in that storage account."));
    }

    private static ISnapshotStorage Snapshots(IConfiguration configuration, StorageSettings? storage)
    {
        Settings settings = new(configuration);
        if (settings.Value(ContainerKey) is { } text)
        {
            return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "https", Query: "", UserInfo: "" }
                ? new BlobSnapshots(StorageSettings.Read(configuration).Container(uri))
                : throw new StartupException($"{Settings.Name(ContainerKey)} must be the https URL of a container, such as https://mystorage.blob.core.windows.net/snapshots.");
        }

        return settings.Value(FolderKey) is null && storage is { HasBlobs: true }
            ? new BlobSnapshots(storage.Container(DefaultContainer))
            : new FileSnapshots(Path.GetFullPath(settings.Value(FolderKey) ?? DefaultFolder));
    }
}
