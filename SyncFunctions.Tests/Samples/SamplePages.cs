using System.Globalization;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Samples;

/// <summary>An app that the samples' pages may call, and programs of <c>Node/</c> that open these pages in a real browser.</summary>
internal sealed class SamplePages : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly NodeProgram node;
    private readonly string browser;
    private readonly string port;

    private SamplePages(NodeProgram node, string browser, string port, TestApp app) =>
        (this.node, this.browser, this.port, App) = (node, browser, port, app);

    public TestApp App { get; }

    /// <summary>Starts the app; skips the test if there is no browser or no Node.</summary>
    /// <param name="settingsFor">Makes the app's settings out of the address of the pages.</param>
    public static async Task<SamplePages> StartAsync(
        Func<string, Dictionary<string, string?>>? settingsFor = null, Action<IServiceCollection>? configure = null)
    {
        string browser = Browser.RequireHeadless();
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        string port = Ports.FindFree().ToString(CultureInfo.InvariantCulture);
        string site = $"http://127.0.0.1:{port}";
        Dictionary<string, string?> settings = settingsFor?.Invoke(site) ?? [];
        settings["Cors:AllowedOrigins"] = site;
        TestApp app = await TestApp.StartAsync(settings, configure);
        return new SamplePages(node, browser, port, app);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="environment">Variables besides BROWSER, API_URL, SYNC_URL and PAGE_PORT.</param>
    public Task<NodeRun> RunAsync(string program, params (string Name, string Value)[] environment)
    {
        Dictionary<string, string> variables = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        variables["BROWSER"] = browser;
        variables["API_URL"] = App.Url.GetLeftPart(UriPartial.Authority);
        variables["SYNC_URL"] = App.Emulator.Url.GetLeftPart(UriPartial.Authority);
        variables["PAGE_PORT"] = port;
        return node.RunAsync([program], variables, Timeout);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
