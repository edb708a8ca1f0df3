using System.Buffers;
using System.Text;
using System.Text.Json;

using SyncFunctions.Store;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Tests.Store.Snapshots;

/// <summary>Exports and imports that are interrupted, and continue in another process with only their cursor.</summary>
public sealed class ResumeTests(SnapshotFixture fixture) : IClassFixture<SnapshotFixture>
{
    [Fact]
    public async Task An_export_continues_from_every_position()
    {
        SyncStore store = fixture.NewStore();
        await SnapshotFixture.FillAsync(store);
        SnapshotCursor cursor = SnapshotCursor.Start;
        ArrayBufferWriter<byte> output = new();
        int pieces = 0;
        while (!cursor.IsComplete)
        {
            SnapshotExporter exporter = new(store, fixture.Time, Copy(cursor));
            await exporter.WriteAsync(output, CancellationToken.None);
            cursor = exporter.Cursor;
            pieces++;
        }

        string whole = await ExportAsync(store);
        pieces.Should().BeGreaterThan(100);
        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(whole);
        cursor.Lines.Should().Be(whole.Count(character => character == '\n'));
        JsonSerializer.Serialize(cursor).Length.Should().BeLessThan(4096);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 3)]
    [InlineData(60, 60)]
    [InlineData(100, 99)]
    public async Task An_interrupted_import_continues_and_does_nothing_twice(int saved, int lost)
    {
        SyncStore from = fixture.NewStore();
        SyncStore to = fixture.NewStore();
        await FillNamedAsync(from);
        byte[] snapshot = Encoding.UTF8.GetBytes(await ExportAsync(from));
        ImportCursor cursor = ImportCursor.Start;
        int crashes = 0;
        while (!cursor.IsComplete)
        {
            // The cursor from some lines earlier, as left by a killed worker.
            DateTime since = fixture.Time.GetUtcNow().UtcDateTime;
            SnapshotImporter importer = new(to, fixture.Time, "body", SnapshotConflict.Fail, Copy(cursor), crashes == 0 ? null : since.AddSeconds(-1));
            ImportCursor begin = cursor;
            await ImportAsync(importer, snapshot, importer => importer.Cursor.Lines >= begin.Lines + saved);
            cursor = importer.Cursor;
            SnapshotImporter killed = new(to, fixture.Time, "body", SnapshotConflict.Fail, Copy(cursor), since: null);
            if (!cursor.IsComplete && lost > 0)
            {
                await ImportAsync(killed, snapshot, importer => importer.Cursor.Lines >= begin.Lines + saved + lost);
            }

            crashes++;
        }

        crashes.Should().BeGreaterThan(5);
        SnapshotFixture.Content(await ExportAsync(to)).Should().Equal(SnapshotFixture.Content(await ExportAsync(from)));
        cursor.Result.Should().BeEquivalentTo(new { Replaced = 0, Skipped = 0, Expired = 0 });
        cursor.Imported.Should().Be(cursor.Read);
    }

    [Fact]
    public async Task What_others_had_before_is_still_a_conflict_after_a_break()
    {
        SyncStore to = fixture.NewStore();
        await to.CreateDocumentAsync("b", SnapshotFixture.Text("""{"mine":1}"""));
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        byte[] snapshot = Encoding.UTF8.GetBytes(
            """
            {"format":"syncfunctions-snapshot","version":1}
            {"kind":"document","name":"a","data":{}}
            {"kind":"document","name":"b","data":{}}
            {"kind":"end","documents":2,"lists":0,"listItems":0,"maps":0,"mapItems":0,"streams":0,"permissions":0}
            """);
        SnapshotImporter importer = new(to, fixture.Time, "body", SnapshotConflict.Fail, ImportCursor.Start, fixture.Time.GetUtcNow().UtcDateTime);

        Func<Task> import = () => ImportAsync(importer, snapshot, _ => false);

        (await import.Should().ThrowAsync<SnapshotImportException>()).Which.Message.Should().StartWith("line 3: the document b is there already.");
        (await to.GetDocumentAsync("b")).Data.GetRawText().Should().Be("""{"mine":1}""");
    }

    private static async Task ImportAsync(SnapshotImporter importer, byte[] snapshot, Func<SnapshotImporter, bool> pause)
    {
        using MemoryStream stream = new(snapshot);
        stream.Position = importer.Cursor.Position;
        await importer.ImportAsync(stream, () => Task.FromResult(pause(importer)), CancellationToken.None);
    }

    private async Task<string> ExportAsync(SyncStore store)
    {
        ArrayBufferWriter<byte> output = new();
        SnapshotExporter exporter = new(store, fixture.Time, SnapshotCursor.Start);
        while (!exporter.Cursor.IsComplete)
        {
            await exporter.WriteAsync(output, CancellationToken.None);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // Without nameless objects: it cannot be known whether one was created.
    private static async Task FillNamedAsync(SyncStore store)
    {
        for (int i = 0; i < 40; i++)
        {
            await store.CreateDocumentAsync($"d{i}", SnapshotFixture.Text($$"""{"n":{{i}}}"""));
            await store.SetPermissionAsync(PermissionOwner.Document, $"d{i}", "a", read: true, write: false, manage: false);
        }

        foreach (string name in (string[])["x", "y", "z"])
        {
            await store.CreateListAsync(name);
            await store.CreateMapAsync(name);
            for (int i = 0; i < 150; i++)
            {
                // The same data many times over, and twice in a row.
                await store.AddListItemAsync(name, SnapshotFixture.Text($$"""{"n":{{i / 2 % 4}}}"""));
                await store.CreateMapItemAsync(name, $"k{i}", SnapshotFixture.Text($$"""{"n":{{i}}}"""));
            }
        }
    }

    private static T Copy<T>(T cursor) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(cursor))!;
}
