namespace SyncFunctions.Tests.Support;

/// <summary>A browser on this machine, which a Node program can drive.</summary>
internal static class Browser
{
    private static readonly string[] Paths =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    // Chromium without the browser's own windows, which takes half the time.
    private const string HeadlessShell = "/usr/bin/chromium-headless-shell";

    /// <summary>Gets the path of one for pages that need nothing of the browser itself; skips the test if there is none.</summary>
    public static string RequireHeadless() => File.Exists(HeadlessShell) ? HeadlessShell : Require();

    /// <summary>Gets its path; skips the test if there is none.</summary>
    public static string Require()
    {
        string? path = Paths.FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"Chromium or Chrome is needed, at one of {string.Join(", ", Paths)}.");
        return path!;
    }
}
