using Spectre.Console;

namespace SyncFunctions.Emulator.Tool;

/// <summary>A progress bar in an interactive terminal. Elsewhere nothing is shown, so that logs only have plain lines.</summary>
internal static class TransferProgress
{
    /// <summary>Whether it is shown: not in a pipe, a file or CI, and not if plain text is requested (https://no-color.org).</summary>
    public static bool IsShown(bool isRedirected, Func<string, string?> environment) =>
        !isRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && string.IsNullOrEmpty(environment("CI")) && environment("TERM") != "dumb";

    /// <summary>Runs an operation that reports its progress.</summary>
    public static async Task<T> ShowAsync<T>(string title, Func<IProgress<EmulatorProgress>?, Task<T>> runAsync) =>
        IsShown(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)
            ? await AnsiConsole.Progress().AutoClear(true).StartAsync(async context =>
            {
                // Only shown once there is progress: usually nothing is imported.
                Bar bar = new(context, title);
                return await runAsync(bar);
            })
            : await runAsync(null);

    private sealed class Bar(ProgressContext context, string title) : IProgress<EmulatorProgress>
    {
        private ProgressTask? task;

        public void Report(EmulatorProgress value)
        {
            task ??= context.AddTask(title);
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }
}
