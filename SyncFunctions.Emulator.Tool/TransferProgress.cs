using Spectre.Console;

namespace SyncFunctions.Emulator.Tool;

/// <summary>A progress bar, for whoever sits before a terminal. Elsewhere nothing is shown, so that logs have plain lines only.</summary>
internal static class TransferProgress
{
    /// <summary>Whether somebody sees it: no pipe or file, no CI, and no wish for plain text (https://no-color.org).</summary>
    public static bool IsShown(bool isRedirected, Func<string, string?> environment) =>
        !isRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && string.IsNullOrEmpty(environment("CI")) && environment("TERM") != "dumb";

    /// <summary>Runs something that reports how far it is.</summary>
    public static async Task<T> ShowAsync<T>(string title, Func<IProgress<EmulatorProgress>?, Task<T>> runAsync) =>
        IsShown(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)
            ? await AnsiConsole.Progress().AutoClear(true).StartAsync(async context =>
            {
                // Shown once there is something to show: mostly nothing is imported.
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
