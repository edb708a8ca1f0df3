using System.Diagnostics;
using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>Writes that the data file cannot take are refused, and health reports it.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_data_file_that_is_removed_takes_no_more_writes(bool withItsFolder)
    {
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        await using TestApp app = await StartAsync(Path.Combine(data, "sync.db"));
        await app.ResolveAsync("createDocument", new { docName = "before", data = new { } });

        if (withItsFolder)
        {
            Directory.Delete(data, recursive: true);
        }
        else
        {
            File.Delete(Path.Combine(data, "sync.db"));
        }

        Problem problem = await app.FailAsync("createDocument", new { docName = "after", data = new { } });
        problem.Should().BeEquivalentTo(new { Status = 502, Code = 20503 });
        problem.Detail.Should().Contain("sync.db was removed while the emulator used it");
        await ShouldBeUnhealthyAsync(app, "was removed");
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_loses_nothing()
    {
        string disk = Directory.CreateDirectory(folder.File("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk), "A small disk can be mounted only on Linux, as root.");
        try
        {
            await FillAsync(disk);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    private static async Task FillAsync(string disk)
    {
        string filler = Path.Combine(disk, "filler");
        await using TestApp app = await StartAsync(Path.Combine(disk, "sync.db"));
        await app.ResolveAsync("createList", new { listName = "l" });
        await app.SendAsync(HttpMethod.Get, "health").ResolvedAsync();
        await using (FileStream stream = File.Create(filler))
        {
            long free = new DriveInfo(disk).AvailableFreeSpace - (300 * 1024);
            await stream.WriteAsync(new byte[free]);
        }

        // Until not even the smallest write fits.
        int acknowledged = 0;
        HttpStatusCode last = default;
        foreach (int size in (int[])[15_000, 1_000, 1])
        {
            string filling = new('x', size);
            do
            {
                using HttpResponseMessage response = await app.CallAsync("addListItem", new { listName = "l", data = new { acknowledged, filling } });
                last = response.StatusCode;
                acknowledged += last == HttpStatusCode.OK ? 1 : 0;
            }
            while (last == HttpStatusCode.OK && acknowledged < 1000);
        }

        last.Should().Be(HttpStatusCode.BadGateway);
        acknowledged.Should().BePositive();
        (await app.FailAsync("addListItem", new { listName = "l", data = new { } })).Detail.Should().Contain("full");
        await ShouldBeUnhealthyAsync(app, "full");
        (await app.ResolveAsync("getListItems", new { listName = "l" })).GetArrayLength().Should().Be(acknowledged, "reads still work");

        File.Delete(filler);
        await app.ResolveAsync("addListItem", new { listName = "l", data = new { last = true } });
        (await app.ResolveAsync("getListItems", new { listName = "l" })).GetArrayLength().Should().Be(acknowledged + 1);
    }

    private static Task<TestApp> StartAsync(string dataFile) => TestApp.StartAsync(new Dictionary<string, string?> { ["Emulator:DataFile"] = dataFile });

    private static async Task ShouldBeUnhealthyAsync(TestApp app, string detail)
    {
        // A report holds for five seconds.
        using CancellationTokenSource expired = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            using HttpResponseMessage response = await app.SendAsync(HttpMethod.Get, "health");
            using JsonDocument report = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                report.RootElement.Text("status").Should().Be("unhealthy");
                report.RootElement.Text("detail").Should().Contain(detail);
                return;
            }

            await Task.Delay(100, expired.Token);
        }
    }

    private static bool Mount(params string[] arguments) => Run("mount", arguments) == 0;

    private static int Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
