using System.Net.WebSockets;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>Who may read the data file, what happens to files of others, and that there is one emulator for a file, whatever it is called.</summary>
public sealed class DataFileAccessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_its_owner_may_read_the_data(bool isOld)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        string path = Path.Combine(folder.Path, "data", "sync.db");
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: path))
        {
            await emulator.FormAsync("Documents", ("UniqueName", "d"));
        }

        if (isOld)
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        await using TestEmulator again = await TestEmulator.StartAsync(dataFile: path);
        await again.FormAsync("Documents", ("UniqueName", "e"));

        string[] files = Directory.GetFiles(Path.GetDirectoryName(path)!);
        files.Should().HaveCount(4);
        foreach (string file in files)
        {
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, "of {0}", file);
        }

        File.GetUnixFileMode(Path.GetDirectoryName(path)!).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData("a letter")]
    [InlineData("SQLite format 2")]
    public async Task A_file_of_something_else_is_refused_and_nothing_is_left_beside_it(string content)
    {
        string path = folder.File("letter.txt");
        await File.WriteAllTextAsync(path, content);

        (await RefusalAsync(path)).Should().Be($"Emulator__DataFile: {path} cannot be opened: it is not a database.");

        Directory.GetFiles(folder.Path).Should().Equal(path);
        (await File.ReadAllTextAsync(path)).Should().Be(content);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    public async Task A_database_of_something_else_is_refused_and_stays_as_it_is(int version)
    {
        string path = folder.File("contacts.db");
        using (SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // a number
            command.CommandText = $"CREATE TABLE contacts (name TEXT); PRAGMA user_version = {version}";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        byte[] before = await File.ReadAllBytesAsync(path);

        (await RefusalAsync(path)).Should().EndWith("it is a database of something else.");

        Directory.GetFiles(folder.Path).Should().Equal(path);
        (await File.ReadAllBytesAsync(path)).Should().Equal(before);
    }

    [Theory]
    [InlineData("symbolic link")]
    [InlineData("link to its folder")]
    [InlineData("hard link")]
    public async Task A_second_emulator_is_refused_by_whatever_name_it_knows_the_file(string way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Links are made by ln here.");
        string path = Path.Combine(Directory.CreateDirectory(folder.File("data")).FullName, "sync.db");
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: path);
        string other = way == "link to its folder" ? Path.Combine(folder.File("other"), "sync.db") : folder.File("other.db");
        using (System.Diagnostics.Process link = System.Diagnostics.Process.Start("ln", way switch
        {
            "symbolic link" => ["-s", path, other],
            "hard link" => [path, other],
            _ => ["-s", Path.GetDirectoryName(path)!, folder.File("other")],
        }))
        {
            await link.WaitForExitAsync();
        }

        (await RefusalAsync(other)).Should().StartWith($"Emulator__DataFile: {other} is in use by another process");

        (await emulator.FormAsync("Documents", ("UniqueName", "d"))).ShouldBe(201);
    }

    [Fact]
    public async Task The_log_of_a_burst_of_writes_is_cut_back()
    {
        string path = folder.File("sync.db");
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: path);
        await emulator.FormAsync("Lists", ("UniqueName", "l"));
        string data = $$"""{"a":"{{new string('x', 15_000)}}"}""";
        long most = 0;
        for (int round = 0; round < 12; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => emulator.FormAsync("Lists/l/Items", ("Data", data))));
            most = Math.Max(most, new FileInfo(path + "-wal").Length);
        }

        for (int i = 0; i < 3; i++)
        {
            await emulator.FormAsync("Documents");
        }

        new FileInfo(path + "-wal").Length.Should().BeLessThanOrEqualTo(Math.Max(9 * 1024 * 1024, most / 2), "at most it was {0}", most);
    }

    [Fact]
    public async Task There_are_not_more_realtime_clients_than_there_may_be()
    {
        EmulatorOptions options = new() { Port = 0, DataFile = folder.File("sync.db"), MaximumRealtimeConnections = 2 };
        await using EmulatorServer server = await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        Uri url = new($"ws://127.0.0.1:{server.Url.Port}/v3/wsconnect");
        using ClientWebSocket first = new();
        using ClientWebSocket second = new();
        await first.ConnectAsync(url, CancellationToken.None);
        await second.ConnectAsync(url, CancellationToken.None);

        using ClientWebSocket third = new();
        third.Options.CollectHttpResponseDetails = true;
        Func<Task> connect = () => third.ConnectAsync(url, CancellationToken.None);
        await connect.Should().ThrowAsync<WebSocketException>();
        third.HttpStatusCode.Should().Be(System.Net.HttpStatusCode.ServiceUnavailable);

        first.Abort();
        using CancellationTokenSource expired = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            using ClientWebSocket again = new();
            try
            {
                await again.ConnectAsync(url, expired.Token);
                break;
            }
            catch (WebSocketException)
            {
                await Task.Delay(50, expired.Token);
            }
        }
    }

    private static async Task<string> RefusalAsync(string dataFile)
    {
        EmulatorOptions options = new() { Port = 0, DataFile = dataFile };
        Func<Task> starting = async () =>
            await (await EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System)).DisposeAsync();
        return (await starting.Should().ThrowExactlyAsync<EmulatorStartException>()).Which.Message;
    }
}
