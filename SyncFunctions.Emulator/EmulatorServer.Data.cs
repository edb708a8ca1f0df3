using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Snapshots;
using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Emulator;

public sealed partial class EmulatorServer
{
    /// <summary>Removes all data of all services, for instance between two tests.</summary>
    /// <remarks>
    /// Realtime clients get an event for each removed object, and stay connected. The configured services stay, with the settings of a new service; all
    /// others are removed.
    /// </remarks>
    /// <exception cref="IOException">The data file cannot be written.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await Engine.ResetAsync([options.ServiceSid, .. options.ProvisionedServiceSids], cancellationToken);
            await ProvisionAsync(Engine, options, cancellationToken);
        }
        catch (DataFileException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>Tells whether a service has any document, list, map or stream.</summary>
    /// <param name="service">The SID or the unique name of the service; <see langword="null"/> for the default one.</param>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    public bool HasObjects(string? service = null) => Engine.HasObjects(Find(service));

    /// <summary>
    /// Writes the whole content of a service as a snapshot: lines of JSON in UTF-8 that <see cref="ImportAsync"/> and the app's <c>importService</c> can
    /// read.
    /// </summary>
    /// <remarks>
    /// The snapshot has the state at one moment, even if the service changes at the same time. The stream is neither flushed nor closed.
    /// </remarks>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="service">The SID or the unique name of the service; <see langword="null"/> for the default one.</param>
    /// <param name="progress">Gets the progress; <see langword="null"/> if it is not needed.</param>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    public async Task<EmulatorTransfer> ExportAsync(
        Stream stream, string? service = null, IProgress<EmulatorProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SyncService source = Find(service);
        long total = progress is null ? 0 : Engine.CountContents(source).Total;
        ContentCounts written = await new SnapshotWriter(stream, progress, total)
            .WriteAsync(source.Sid, time.GetUtcNow(), Engine.GetContents(source), cancellationToken);
        return new EmulatorTransfer(written.Objects, written.Items, written.Permissions);
    }

    /// <summary>Imports a snapshot. An object whose name is taken is replaced, with its items and permissions.</summary>
    /// <remarks>
    /// The whole snapshot is read into memory before anything is changed, so a snapshot with an error changes nothing. Expiry dates are kept; objects and
    /// items that have expired are left out. Realtime clients get the events.
    /// </remarks>
    /// <param name="stream">A snapshot, written by <see cref="ExportAsync"/> or the app's <c>exportService</c>.</param>
    /// <param name="service">The SID or the unique name of the service; <see langword="null"/> for the default one.</param>
    /// <param name="progress">Gets the progress; <see langword="null"/> if it is not needed.</param>
    /// <exception cref="EmulatorSnapshotException">The snapshot cannot be read.</exception>
    /// <exception cref="ArgumentException">There is no such service.</exception>
    /// <exception cref="IOException">The data file cannot be written, or <paramref name="stream"/> cannot be read.</exception>
    public Task<EmulatorTransfer> ImportAsync(
        Stream stream, string? service = null, IProgress<EmulatorProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TransferAsync(Engine, stream, Find(service), progress, cancellationToken);
    }

    private static async Task<EmulatorTransfer> TransferAsync(
        SyncEngine engine, Stream stream, SyncService target, IProgress<EmulatorProgress>? progress, CancellationToken cancellationToken)
    {
        (IReadOnlyList<ObjectContents> objects, ContentCounts counts) = await SnapshotReader.ReadAsync(stream, cancellationToken);
        EmulatorTransfer result = new(0, 0, 0);
        try
        {
            long done = 0;
            foreach (ObjectContents contents in objects)
            {
                (bool isReplaced, ContentCounts created) = await engine.ReplaceObjectAsync(target, contents, cancellationToken);
                result = new EmulatorTransfer(
                    result.Objects + created.Objects, result.Items + created.Items, result.Permissions + created.Permissions, result.Replaced + (isReplaced ? 1 : 0));
                done += 1 + contents.Items.Count() + contents.Permissions.Count();
                progress?.Report(new EmulatorProgress(done, counts.Total));
            }
        }
        catch (DataFileException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        return result;
    }

    // Before the emulator listens.
    private static async Task<EmulatorTransfer?> ImportAtStartAsync(SyncEngine engine, EmulatorOptions options, CancellationToken cancellationToken)
    {
        (string? file, string setting) = options.SeedFile is null
            ? (options.ImportFile, nameof(EmulatorOptions.ImportFile))
            : (options.SeedFile, nameof(EmulatorOptions.SeedFile));
        SyncService service = engine.GetService(options.ServiceSid);
        if (file is null || (options.SeedFile is not null && engine.HasObjects(service)))
        {
            return null;
        }

        try
        {
            await using FileStream stream = File.OpenRead(file);
            return await TransferAsync(engine, stream, service, options.ImportProgress, cancellationToken);
        }
        catch (EmulatorSnapshotException exception)
        {
            throw new EmulatorStartException($"{EmulatorOptions.Section}__{setting}: {file}, {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new EmulatorStartException($"{EmulatorOptions.Section}__{setting}: {file} cannot be imported: {exception.Message}", exception);
        }
    }

    private static TemporaryData CreateTemporaryData()
    {
        try
        {
            return TemporaryData.Create();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EmulatorStartException(
                $"{EmulatorOptions.Section}__{nameof(EmulatorOptions.InMemory)}: no folder can be created in {Path.GetTempPath()}: {exception.Message}", exception);
        }
    }

    private static async Task ProvisionAsync(SyncEngine engine, EmulatorOptions options, CancellationToken cancellationToken)
    {
        await engine.ProvisionServiceAsync(options.ServiceSid, SyncEngine.DefaultService, cancellationToken);
        foreach (string sid in options.ProvisionedServiceSids)
        {
            await engine.ProvisionServiceAsync(sid, uniqueName: null, cancellationToken);
        }
    }

    private SyncService Find(string? service)
    {
        try
        {
            return Engine.GetService(service ?? options.ServiceSid);
        }
        catch (SyncFailureException exception)
        {
            throw new ArgumentException($"There is no service {service ?? options.ServiceSid}.", nameof(service), exception);
        }
    }
}
