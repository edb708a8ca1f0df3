using Microsoft.Extensions.Configuration;

using SyncFunctions.Store.Jobs;

namespace SyncFunctions.Configuration;

/// <summary>Reads the settings of jobs: <c>Jobs__Enabled</c> and <c>Jobs__Lease</c>.</summary>
internal static class JobSettings
{
    /// <summary>The setting that turns jobs off.</summary>
    public const string EnabledKey = "Jobs:Enabled";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value cannot be used.</exception>
    public static JobOptions Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        JobOptions defaults = new();
        return defaults with
        {
            IsEnabled = settings.Boolean(EnabledKey) ?? defaults.IsEnabled,
            Lease = settings.Seconds("Jobs:Lease") ?? defaults.Lease,
        };
    }
}
