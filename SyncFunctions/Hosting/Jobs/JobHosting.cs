using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

using SyncFunctions.Configuration;
using SyncFunctions.Functions;
using SyncFunctions.Store.Jobs;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Hosting.Jobs;

/// <summary>What runs jobs: this process by itself, or the workers of a Functions host with a queue between them.</summary>
internal static class JobHosting
{
    private const string ContainerKey = "Snapshots:ContainerUri";
    private const string FolderKey = "Snapshots:Folder";
    private const string DefaultFolder = ".sync/snapshots";
    private const string DefaultContainer = "sync-snapshots";

    private static readonly NoJobQueue Disabled = new($"Jobs are off: {Settings.Name(JobSettings.EnabledKey)} is false.");

    /// <summary>Has this process run the jobs.</summary>
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

    /// <summary>Has the Functions host wake its workers for the jobs, by a queue of its storage account.</summary>
    public static void AddQueuedJobs(this IHostApplicationBuilder builder)
    {
        StorageSettings storage = StorageSettings.Read(builder.Configuration);
        builder.Services.TryAddSingleton(Snapshots(builder.Configuration, storage));
        builder.Services.AddSingleton<IJobQueue>(
            !JobSettings.Read(builder.Configuration).IsEnabled ? Disabled
            : storage.HasQueues ? new StorageJobQueue(storage.Queue(JobTriggers.QueueName))
            : new NoJobQueue($"Jobs are off: {StorageSettings.Key} is missing. Under the Functions host a queue of that storage account wakes the workers."));
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
