using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Emulator.Tool;

/// <summary>The command line: options with short names, and any setting of the emulator by its full name, such as <c>--Emulator:Port 7172</c>.</summary>
internal sealed class ToolCommand
{
    /// <summary>The option for the file to export to.</summary>
    public const string ExportOnExit = "--export-on-exit";

    private const string SettingPrefix = $"--{EmulatorOptions.Section}:";

    private static readonly Option<string> Port = new("--port") { HelpName = "NUMBER", Description = "The port, or 0 for any free one. Default: 7072." };

    private static readonly Option<string> Address = new("--address")
    {
        HelpName = "IP",
        Description = "The address to listen on. Default: 127.0.0.1. Any other than loopback requires your own credentials: Emulator__AuthToken and Emulator__ApiKeySecret.",
    };

    private static readonly Option<string> Data = new("--data") { HelpName = "FILE", Description = "The file for the data. Default: .sync/sync.db." };

    private static readonly Option<bool> InMemory = new("--in-memory") { Description = "Remove the data at the end." };

    private static readonly Option<string> Import = new("--import")
    {
        HelpName = "FILE",
        Description = "Import a snapshot at every start. Objects whose names are taken are replaced.",
    };

    private static readonly Option<string> Seed = new("--seed") { HelpName = "FILE", Description = "Import a snapshot if there is no data yet." };

    private static readonly Option<string> Export = new(ExportOnExit) { HelpName = "FILE", Description = "Write a snapshot at the end (Ctrl+C or SIGTERM)." };

    private static readonly Option<bool> EnforceRateLimits = new("--enforce-rate-limits") { Description = "Enforce Twilio's rate limits with 429." };

    // The setting of each option.
    private static readonly (Option Option, string Setting)[] Settings =
    [
        (Port, nameof(EmulatorOptions.Port)), (Address, nameof(EmulatorOptions.Address)), (Data, nameof(EmulatorOptions.DataFile)),
        (InMemory, nameof(EmulatorOptions.InMemory)), (Import, nameof(EmulatorOptions.ImportFile)), (Seed, nameof(EmulatorOptions.SeedFile)),
        (EnforceRateLimits, nameof(EmulatorOptions.EnforceRateLimits)),
    ];

    private readonly ParseResult parsed;
    private readonly string? error;

    private ToolCommand(ParseResult parsed, IEnumerable<string> settings)
    {
        this.parsed = parsed;
        string[] arguments = [.. settings];
        error = parsed.Errors is [{ } first, ..] ? first.Message : UnknownSetting(arguments);
        Configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddCommandLine(arguments)
            .AddInMemoryCollection(Settings.Where(setting => IsGiven(setting.Option)).Select(setting =>
                KeyValuePair.Create($"{EmulatorOptions.Section}:{setting.Setting}", ValueOf(setting.Option))))
            .Build();
    }

    /// <summary>Gets the emulator's settings: options override the environment.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Gets the file to export to at the end; <see langword="null"/> if there is none.</summary>
    public string? ExportFile => error is null ? parsed.GetValue(Export) : null;

    /// <summary>Reads a command line.</summary>
    public static ToolCommand Parse(string[] arguments)
    {
        List<string> settings = [];
        List<string> options = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase))
            {
                options.Add(arguments[i]);
                continue;
            }

            settings.Add(arguments[i]);
            if (!arguments[i].Contains('=', StringComparison.Ordinal) && i + 1 < arguments.Length)
            {
                settings.Add(arguments[++i]);
            }
        }

        return new ToolCommand(Create().Parse(options), settings);
    }

    /// <summary>Handles a command line that does not start the emulator: one with errors, <c>--help</c> and <c>--version</c>.</summary>
    /// <returns>The exit code; <see langword="null"/> if the emulator must be started.</returns>
    public int? Answer(TextWriter output, TextWriter errors)
    {
        // Only --help and --version have an action of this kind.
        if (parsed.Action is { } action and not ParseErrorAction)
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors });
        }

        if (error is not null)
        {
            errors.WriteLine($"{error.TrimEnd('.')}. See --help.");
            return ExitCode.Usage;
        }

        if (ExportFile is not null && Path.GetDirectoryName(Path.GetFullPath(ExportFile)) is { } folder && !Directory.Exists(folder))
        {
            // Fails at the start, not at the end when the data would be lost.
            errors.WriteLine($"{ExportOnExit}: the folder {folder} does not exist.");
            return ExitCode.Failed;
        }

        return null;
    }

    /// <summary>Replaces the names of settings in a message with those of their options, except those of settings that were set under their own names.</summary>
    public string InItsWords(string message)
    {
        foreach ((Option option, string setting) in Settings.Where(setting =>
            IsGiven(setting.Option) || Configuration[$"{EmulatorOptions.Section}:{setting.Setting}"] is null))
        {
            message = message.Replace($"{EmulatorOptions.Section}__{setting}", option.Name, StringComparison.Ordinal);
        }

        return message;
    }

    private static RootCommand Create()
    {
        RootCommand command = new("A local Twilio Sync service. Every setting of the emulator can also be an environment variable, as Emulator__Port=7172.");
        foreach (Option option in (Option[])[Port, Address, Data, InMemory, Import, Seed, Export, EnforceRateLimits])
        {
            command.Options.Add(option);
        }

        Check(Port, value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65_535, "must be a number from 0 to 65535");
        Check(Address, value => IPAddress.TryParse(value, out _), "must be an IP address, such as 127.0.0.1");
        foreach (Option<string> file in (Option<string>[])[Data, Import, Seed, Export])
        {
            Check(file, value => !string.IsNullOrWhiteSpace(value), "must name a file");
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(Import) is not null && result.GetResult(Seed) is not null)
            {
                result.AddError($"{Import.Name} and {Seed.Name} cannot be used together.");
            }

            if (result.GetResult(Data) is not null && result.GetResult(InMemory) is not null)
            {
                result.AddError($"{Data.Name} and {InMemory.Name} cannot be used together.");
            }
        });
        return command;
    }

    private static void Check(Option<string> option, Func<string, bool> isValid, string rule)
    {
        option.Validators.Clear();
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !isValid(value))
            {
                result.AddError($"{option.Name} {rule}.");
            }
        });
    }

    private static string? UnknownSetting(IEnumerable<string> arguments) => arguments
        .Where(argument => argument.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase))
        .Select(argument => argument.Split('=')[0])
        .Where(argument => !typeof(EmulatorOptions).GetProperties().Any(property =>
            argument.Split(':')[1].Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
        .Select(argument => $"There is no setting {argument}.")
        .FirstOrDefault();

    private bool IsGiven(Option option) => error is null && parsed.GetResult(option) is { Implicit: false };

    private string? ValueOf(Option option) => option is Option<bool> flag ? parsed.GetValue(flag).ToString() : parsed.GetValue((Option<string>)option);
}
