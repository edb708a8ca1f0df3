using System.Diagnostics;
using System.Globalization;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;

namespace SyncFunctions.Benchmarks;

/// <summary>Measures the explorer in a real browser: its start, a list of 1,000,000 items compared with one of 100, and many realtime changes.</summary>
internal static class ExplorerBenchmark
{
    private const int LargeItems = 1_000_000;
    private const int SmallItems = 100;
    private const int Changes = 10_000;

    private static readonly string Browser = Environment.GetEnvironmentVariable("BROWSER") ?? "/usr/bin/chromium";

    public static async Task RunAsync()
    {
        Console.WriteLine("\nthe explorer in a browser");
        if (!File.Exists(Browser))
        {
            Console.WriteLine($"skipped: there is no browser at {Browser}; set the environment variable BROWSER to another one");
            return;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-explorer-");
        try
        {
            string dataFile = Path.Combine(folder.FullName, "sync.db");
            await using (EmulatorServer emulator = await StartAsync(dataFile))
            {
                using HttpClient sync = ClientOf(emulator);
                foreach (int items in (int[])[SmallItems, LargeItems])
                {
                    await BenchApp.PostAsync(sync, "Lists", ("UniqueName", NameOf(items)));
                    await BenchApp.PostAsync(sync, $"Lists/{NameOf(items)}/Items", ("Data", """{"call":"CA00000000000000000000000000000000","status":"completed"}"""));
                }
            }

            Multiply(dataFile);
            await using EmulatorServer filled = await StartAsync(dataFile);
            await RunProgramAsync(folder, filled.Url);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string NameOf(int items) => string.Create(CultureInfo.InvariantCulture, $"list-of-{items}");

    private static Task<EmulatorServer> StartAsync(string dataFile) =>
        EmulatorServer.StartAsync(new EmulatorOptions { Port = 0, DataFile = dataFile }, NullLoggerFactory.Instance, TimeProvider.System);

    private static HttpClient ClientOf(EmulatorServer emulator)
    {
        EmulatorOptions options = new();
        HttpClient client = new() { BaseAddress = new Uri(emulator.Url, "/v1/Services/default/") };
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
        return client;
    }

    // Writes to the file itself, because adding a million items with requests would take longer than the whole benchmark.
    private static void Multiply(string dataFile)
    {
        using SqliteConnection connection = new($"Data Source={dataFile}");
        connection.Open();
        foreach (int items in (int[])[SmallItems, LargeItems])
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $items)
                INSERT INTO items (object_id, key, event_id, data, date_created, date_updated, created_by)
                SELECT object_id, n, n, data, date_created, date_updated, created_by FROM items, numbers
                WHERE object_id = (SELECT id FROM objects WHERE unique_name = $name);
                UPDATE objects SET last_event_id = $items - 1 WHERE unique_name = $name;
                """;
            command.Parameters.AddWithValue("$items", items);
            command.Parameters.AddWithValue("$name", NameOf(items));
            command.ExecuteNonQuery();
        }

        SqliteConnection.ClearAllPools();
    }

    // Drives the browser with the package that the tests also use.
    private static async Task RunProgramAsync(DirectoryInfo folder, Uri url)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Node");
        foreach (string file in Directory.GetFiles(program))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        await StartAsync(folder, "npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], []);
        await StartAsync(folder, "node", ["explorer.mjs"],
        [
            ("BROWSER", Browser), ("SYNC_URL", url.GetLeftPart(UriPartial.Authority)), ("SMALL", NameOf(SmallItems)), ("LARGE", NameOf(LargeItems)),
            ("CHANGES", Changes.ToString(CultureInfo.InvariantCulture)),
        ]);
    }

    private static async Task StartAsync(DirectoryInfo folder, string file, string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = folder.FullName };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed.");
        }
    }
}
