using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator;
using SyncFunctions.Store;
using SyncFunctions.Tests.Functions;
using SyncFunctions.Tests.Store.Snapshots;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Snapshots;

/// <summary>The app and the emulator each have their own code for snapshots, and can read each other's.</summary>
public sealed class SnapshotExchangeTests(SnapshotFixture fixture) : IClassFixture<SnapshotFixture>
{
    private const string Header = """{"format":"syncfunctions-snapshot","version":1}""";

    // The app can list names that cannot be in a URL, although it cannot use them.
    public static TheoryData<string[], string> Broken =>
    [
        .. from row in SnapshotTests.Broken
           let lines = row.Data.Item1
           where !lines.Any(line => line.Contains("\"name\":\"..\"", StringComparison.Ordinal))
           select (lines, row.Data.Item2),
    ];

    [Fact]
    public async Task The_emulator_reads_what_the_app_wrote_to_the_byte()
    {
        SyncStore store = fixture.NewStore();
        await SnapshotFixture.FillAsync(store);
        string written = await ExportFromAppAsync(store);
        await using EmulatorServer emulator = await StartAsync();

        EmulatorTransfer result = await ImportAsync(emulator, written);

        result.Should().Be(new EmulatorTransfer(Objects: 128, Items: 489, Permissions: 134));
        SnapshotFixture.Content(await ExportAsync(emulator)).Should().Equal(SnapshotFixture.Content(written));
    }

    [Fact]
    public async Task The_app_reads_what_the_emulator_wrote_to_the_byte()
    {
        SyncStore from = fixture.NewStore();
        SyncStore to = fixture.NewStore();
        await SnapshotFixture.FillAsync(from);
        await using EmulatorServer emulator = await StartAsync();
        await ImportAsync(emulator, await ExportFromAppAsync(from));
        string written = await ExportAsync(emulator);

        using HttpResponseMessage response = await fixture.App.PostAsync($"importService?service={to.Key}", "application/x-ndjson", Encoding.UTF8.GetBytes(written));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        SnapshotFixture.Content(await ExportFromAppAsync(to)).Should().Equal(SnapshotFixture.Content(written));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_emulator_refuses_a_bad_snapshot_at_the_same_line_as_the_app_and_imports_nothing(string[] lines, string detail)
    {
        await using EmulatorServer emulator = await StartAsync();
        string whole = string.Concat(lines.Select(line => line + "\n"));

        Func<Task> importing = () => ImportAsync(emulator, whole);

        string message = (await importing.Should().ThrowExactlyAsync<EmulatorSnapshotException>()).Which.Message;
        message.Should().StartWith(detail.Split(' ', 3) is [var word, var number, _] ? $"{word} {number} " : detail);
        emulator.HasObjects().Should().BeFalse();
    }

    [Fact]
    public async Task An_object_whose_name_is_taken_is_replaced_with_its_items_and_permissions()
    {
        await using EmulatorServer emulator = await StartAsync();
        await ImportAsync(emulator, Lines(
            """{"kind":"map","name":"m"}""", """{"kind":"permission","identity":"ann","read":true,"write":true,"manage":true}""",
            """{"kind":"mapItem","key":"old","data":{}}""", """{"kind":"map"}""", End(maps: 2, mapItems: 1, permissions: 1)));

        EmulatorTransfer result = await ImportAsync(emulator, Lines(
            """{"kind":"map","name":"m"}""", """{"kind":"mapItem","key":"new","data":{}}""", """{"kind":"mapItem","key":"new","data":{"last":1}}""", End(maps: 1, mapItems: 2)));

        result.Should().Be(new EmulatorTransfer(Objects: 1, Items: 1, Permissions: 0, Replaced: 1));
        SnapshotFixture.Content(await ExportAsync(emulator)).Should().Equal(
            "{\"kind\":\"map\",\"name\":\"m\"}\n{\"kind\":\"mapItem\",\"key\":\"new\",\"data\":{\"last\":1}}", """{"kind":"map"}""");
    }

    [Fact]
    public async Task Expiry_is_kept_to_the_millisecond_and_what_has_expired_is_left_out()
    {
        await using EmulatorServer emulator = await StartAsync();
        string soon = Date(TimeSpan.FromMilliseconds(1500));
        string past = Date(TimeSpan.FromMilliseconds(-1));

        await ImportAsync(emulator, Lines(
            $$$"""{"kind":"list","name":"l","expires":"{{{soon}}}"}""", $$$"""{"kind":"listItem","expires":"{{{past}}}","data":{}}""",
            $$$"""{"kind":"listItem","expires":"{{{soon}}}","data":{"a":1}}""", $$$"""{"kind":"list","name":"past","expires":"{{{past}}}"}""",
            """{"kind":"listItem","data":{}}""", End(lists: 2, listItems: 3)));

        SnapshotFixture.Content(await ExportAsync(emulator)).Should().Equal(
            $$$"""{"kind":"list","name":"l","expires":"{{{soon}}}"}""" + "\n" + $$$"""{"kind":"listItem","expires":"{{{soon}}}","data":{"a":1}}""");
    }

    [Fact]
    public async Task Names_that_cannot_be_in_a_URL_and_every_service_are_exported_and_imported()
    {
        await using EmulatorServer emulator = await StartAsync();
        string sid = "IS" + new string('7', 32);
        string text = Lines("""{"kind":"stream","name":".."}""", """{"kind":"map","name":"jobs"}""", End(maps: 1, streams: 1));

        await emulator.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), sid);

        using MemoryStream stream = new();
        (await emulator.ExportAsync(stream, sid)).Objects.Should().Be(2);
        JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()).Split('\n')[0]).RootElement.GetProperty("serviceSid").GetString().Should().Be(sid);
        emulator.HasObjects().Should().BeFalse("that was another service");
        Func<Task> unknown = () => emulator.ExportAsync(stream, "nope");
        (await unknown.Should().ThrowExactlyAsync<ArgumentException>()).Which.Message.Should().StartWith("There is no service nope.");
    }

    [Fact]
    public async Task Progress_ends_with_all_that_there_is()
    {
        await using EmulatorServer emulator = await StartAsync();
        Reported imported = new();
        Reported exported = new();
        string text = Lines([.. Enumerable.Repeat("""{"kind":"stream"}""", 450), End(streams: 450)]);

        await emulator.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), progress: imported);
        await emulator.ExportAsync(Stream.Null, progress: exported);

        imported.Values.Should().HaveCount(450).And.OnlyContain(value => value.Total == 450).And.BeInAscendingOrder(value => value.Done);
        exported.Values.Should().Equal(new EmulatorProgress(200, 450), new EmulatorProgress(400, 450), new EmulatorProgress(450, 450));
    }

    private static string Lines(params string[] lines) => string.Join('\n', [Header, .. lines]);

    private static string End(int lists = 0, int listItems = 0, int maps = 0, int mapItems = 0, int streams = 0, int permissions = 0) =>
        $$"""{"kind":"end","documents":0,"lists":{{lists}},"listItems":{{listItems}},"maps":{{maps}},"mapItems":{{mapItems}},"streams":{{streams}},"permissions":{{permissions}}}""";

    private static Task<EmulatorTransfer> ImportAsync(EmulatorServer emulator, string text) => emulator.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<string> ExportAsync(EmulatorServer emulator)
    {
        using MemoryStream stream = new();
        await emulator.ExportAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private async Task<string> ExportFromAppAsync(SyncStore store)
    {
        using HttpResponseMessage response = await fixture.App.QueryAsync(HttpMethod.Get, "exportService", ("service", store.Key));
        return await response.Content.ReadAsStringAsync();
    }

    private string Date(TimeSpan fromNow) => DateTimeOffset.FromUnixTimeMilliseconds((fixture.Time.GetUtcNow() + fromNow).ToUnixTimeMilliseconds())
        .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private Task<EmulatorServer> StartAsync()
    {
        EmulatorOptions options = EmulatorOptions.ForTests();
        options.ProvisionedServiceSids = ["IS" + new string('7', 32)];
        return EmulatorServer.StartAsync(options, timeProvider: fixture.Time);
    }

    private sealed class Reported : IProgress<EmulatorProgress>
    {
        public List<EmulatorProgress> Values { get; } = [];

        public void Report(EmulatorProgress value) => Values.Add(value);
    }
}
