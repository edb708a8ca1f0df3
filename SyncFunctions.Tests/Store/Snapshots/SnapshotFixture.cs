using System.Globalization;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store.Snapshots;

/// <summary>One app with many empty Sync services, whose clock is set by the tests.</summary>
public sealed class SnapshotFixture : IAsyncLifetime
{
    private const int Services = 90;

    private int used;

    public ManualTime Time { get; } = new(standsStill: true);

    public TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(
        Enumerable.Range(0, Services).ToDictionary(
            number => $"Sync:Services:s{number}:ServiceSid",
            number => (string?)$"IS{number.ToString("d32", CultureInfo.InvariantCulture)}"),
        services => services.AddSingleton<TimeProvider>(Time));

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>Gets the store of a service that no test has used.</summary>
    public SyncStore NewStore() => App.Services.GetRequiredService<SyncStores>().Find($"s{Interlocked.Increment(ref used)}")!;

    /// <summary>Fills a service with objects of every kind, several pages of each.</summary>
    public static async Task FillAsync(SyncStore store)
    {
        string[] data =
        [
            "{}", """{"a":1.10,"b":1E+2,"c":-0,"n":123456789012345678901234567890}""", """{"é":"\u00e9\/😀","\ud83d\ude00":"<&>"}""",
            "{\n  \"pretty\": [1,\r\n 2 ]\n}", $"{{\"deep\":{string.Concat(Enumerable.Repeat("[", 500))}{string.Concat(Enumerable.Repeat("]", 500))}}}",
            $$"""{"pad":"{{new string('x', (16 * 1024) - 10)}}"}""",
        ];
        for (int i = 0; i < 120; i++)
        {
            await store.CreateDocumentAsync($"document {i}", Text(data[i % data.Length]), SyncTtl.FromSeconds(i % 3 * 1000));
        }

        await store.CreateDocumentAsync(null, Text("""{"name":null}"""));
        for (int i = 0; i < 3; i++)
        {
            string name = $"list/{i} é";
            SyncList list = await store.CreateListAsync(name, SyncTtl.FromSeconds(i * 5000));
            await store.SetPermissionAsync(PermissionOwner.List, name, "a/b", read: true, write: i == 0, manage: false);
            for (int item = 0; item < i * 120; item++)
            {
                await store.AddListItemAsync(list.Sid, Text($$"""{"n":{{item % 7}}}"""), SyncTtl.FromSeconds(item % 2 * 3000));
            }
        }

        // In the middle of a list there are gaps between the indexes.
        await store.RemoveListItemByIndexAsync("list/2 é", 5);
        SyncMap map = await store.CreateMapAsync(null);
        await store.CreateMapAsync("empty");
        for (int item = 0; item < 130; item++)
        {
            await store.CreateMapItemAsync(map.Sid, $"key {item} \"é\"", Text(data[item % data.Length]), SyncTtl.FromSeconds(item % 5 * 100));
        }

        for (int i = 0; i < 130; i++)
        {
            await store.SetPermissionAsync(PermissionOwner.Map, "empty", $"identity {i}", read: true, write: true, manage: i % 2 == 0);
        }

        await store.SetPermissionAsync(PermissionOwner.Document, "document 5", "é", read: false, write: false, manage: true);
        await store.CreateStreamAsync("stream", SyncTtl.FromSeconds(777));
        await store.CreateStreamAsync("other stream");
    }

    public static JsonText Text(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>A snapshot's lines between its first and its last, in an order of their own for each kind of object: Sync chooses in which order it lists them.</summary>
    public static string[] Content(string snapshot)
    {
        string[] lines = snapshot.Split('\n');
        lines[^1].Should().BeEmpty("each line ends with a line feed");
        List<string> objects = [];
        foreach (string line in lines[1..^2])
        {
            string kind = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement.GetProperty("kind").GetString()!;
            if (kind is "document" or "list" or "map" or "stream")
            {
                objects.Add(line);
            }
            else
            {
                objects[^1] += "\n" + line;
            }
        }

        return [.. objects.Order(StringComparer.Ordinal)];
    }
}
