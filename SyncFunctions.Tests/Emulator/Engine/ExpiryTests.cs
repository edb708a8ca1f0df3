using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Engine;

/// <summary>Times to live, with a clock and a sweeper that the tests control.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 31, 23, 59, 58, 250, TimeSpan.Zero));
    private TestEmulator emulator = null!;
    private DataFileReader file = null!;

    public async ValueTask InitializeAsync()
    {
        emulator = await TestEmulator.StartAsync(time);
        file = new DataFileReader(emulator.Server.DataFile);
    }

    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Maps")]
    [InlineData("Streams")]
    public async Task An_expired_object_is_invisible_at_once_and_its_name_is_free(string kind)
    {
        SyncAnswer created = await emulator.FormAsync(kind, ("UniqueName", "n"), ("Ttl", "10"));
        Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        (await emulator.GetAsync($"{kind}/n")).ShouldBe(200);
        (await emulator.FormAsync(kind, ("UniqueName", "n"))).ShouldBe(409, 54301);

        Pass(TimeSpan.FromMilliseconds(1));
        foreach (string path in (string[])[$"{kind}/n", $"{kind}/{created.Sid}"])
        {
            (await emulator.GetAsync(path)).ShouldBe(404, 20404);
            (await emulator.FormAsync(path, ("Ttl", "0"))).ShouldBe(404, 20404);
            (await emulator.DeleteAsync(path)).ShouldBe(404, 20404);
        }

        (await emulator.GetAsync(kind)).Ids.Should().BeEmpty();
        file.Count("objects").Should().Be(1, "nothing was swept so far");

        SyncAnswer successor = await emulator.FormAsync(kind, ("UniqueName", "n"));
        successor.ShouldBe(201);
        successor.Sid.Should().NotBe(created.Sid);
        successor.Date("date_expires").Should().BeNull();
        await SweepAsync();
        (await emulator.GetAsync($"{kind}/n")).Sid.Should().Be(successor.Sid);
    }

    [Theory]
    [InlineData("Lists")]
    [InlineData("Maps")]
    public async Task An_expired_item_is_invisible_at_once(string kind)
    {
        string items = $"{kind}/{(await emulator.FormAsync(kind)).Sid}/Items";
        await emulator.FormAsync(items, ("Key", "0"), ("Data", "{}"), ("ItemTtl", "10"));
        await emulator.FormAsync(items, ("Key", "1"), ("Data", "{}"));
        Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        (await emulator.GetAsync(items)).Ids.Should().Equal("0", "1");

        Pass(TimeSpan.FromMilliseconds(1));
        (await emulator.GetAsync($"{items}/0")).ShouldBe(404, 20404);
        (await emulator.FormAsync($"{items}/0", ("Data", "{}"))).ShouldBe(404, 20404);
        (await emulator.FormAsync($"{items}/0", ("ItemTtl", "0"))).ShouldBe(404, 20404);
        (await emulator.DeleteAsync($"{items}/0")).ShouldBe(404, 20404);
        (await emulator.GetAsync(items)).Ids.Should().Equal("1");
        (await emulator.GetAsync($"{items}?Order=desc&PageSize=1")).Next.Should().BeNull();
        file.Count("items").Should().Be(2, "nothing was swept so far");

        await SweepAsync();
        file.Count("items").Should().Be(1);
        (await emulator.GetAsync(items)).Ids.Should().Equal("1");
    }

    [Fact]
    public async Task The_key_of_an_expired_item_is_free()
    {
        string items = $"Maps/{(await emulator.FormAsync("Maps")).Sid}/Items";
        await emulator.FormAsync(items, ("Key", "k"), ("Data", """{"old":1}"""), ("ItemTtl", "10"));
        Pass(TimeSpan.FromSeconds(10));
        SyncAnswer successor = await emulator.FormAsync(items, ("Key", "k"), ("Data", """{"new":1}"""));
        (successor.Status, successor.Data, successor.Date("date_expires")).Should().Be((201, """{"new":1}""", null));
        await SweepAsync();
        (await emulator.GetAsync($"{items}/k")).Data.Should().Be("""{"new":1}""");
    }

    [Fact]
    public async Task The_removal_of_an_expired_item_consumes_an_index()
    {
        string items = $"Lists/{(await emulator.FormAsync("Lists")).Sid}/Items";
        await emulator.FormAsync(items, ("Data", "{}"), ("ItemTtl", "10"));
        (await emulator.FormAsync(items, ("Data", "{}"))).Index.Should().Be(1);
        Pass(TimeSpan.FromSeconds(10));
        (await emulator.FormAsync(items, ("Data", "{}"))).Index.Should().Be(2, "nothing was swept so far");
        await SweepAsync();
        (await emulator.FormAsync(items, ("Data", "{}"))).Index.Should().Be(4);
    }

    [Theory]
    [InlineData("Lists")]
    [InlineData("Maps")]
    public async Task Items_go_with_their_expired_parent(string kind)
    {
        string parent = $"{kind}/{(await emulator.FormAsync(kind, ("Ttl", "10"))).Sid}";
        await emulator.FormAsync($"{parent}/Items", ("Key", "0"), ("Data", "{}"));
        await emulator.FormAsync($"{parent}/Permissions/me", ("Read", "true"));
        Pass(TimeSpan.FromSeconds(10));
        foreach (string path in (string[])[$"{parent}/Items", $"{parent}/Items/0", $"{parent}/Permissions", $"{parent}/Permissions/me"])
        {
            (await emulator.GetAsync(path)).ShouldBe(404, 20404, path);
        }

        (await emulator.FormAsync($"{parent}/Items", ("Key", "1"), ("Data", "{}"))).ShouldBe(404, 20404);
        await SweepAsync();
        (file.Count("objects"), file.Count("items"), file.Count("permissions")).Should().Be((0, 0, 0));
    }

    [Fact]
    public async Task A_removed_list_of_5000_items_is_gone_before_its_items_are()
    {
        string list = $"Lists/{(await emulator.FormAsync("Lists", ("UniqueName", "n"))).Sid}";
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 5_000),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (_, _) => (await emulator.FormAsync($"{list}/Items", ("Data", "{}"), ("ItemTtl", "100"))).ShouldBe(201));

        (await emulator.DeleteAsync(list)).ShouldBe(204);
        file.Count("items").Should().Be(5_000, "the removal leaves them to the sweeper");
        (await emulator.GetAsync($"{list}/Items/0")).ShouldBe(404, 20404);
        string successor = $"Lists/{(await emulator.FormAsync("Lists", ("UniqueName", "n"))).Sid}";
        (await emulator.FormAsync($"{successor}/Items", ("Data", """{"new":1}"""))).Index.Should().Be(0);

        // Some of the items expire while their list is gone, and others write while the sweeper works.
        Pass(TimeSpan.FromSeconds(100));
        Task sweeping = SweepAsync();
        (await emulator.FormAsync($"{successor}/Items", ("Data", "{}"))).Index.Should().Be(1);
        await sweeping;
        file.Count("items").Should().Be(2);
        (await emulator.GetAsync($"{successor}/Items")).Ids.Should().Equal("0", "1");
    }

    [Fact]
    public async Task A_removed_service_leaves_nothing_behind()
    {
        string service = $"/v1/Services/{(await emulator.FormAsync("/v1/Services")).Sid}";
        foreach (string kind in (string[])["Lists", "Maps"])
        {
            string parent = $"{service}/{kind}/{(await emulator.FormAsync($"{service}/{kind}")).Sid}";
            await emulator.FormAsync($"{parent}/Items", ("Key", "k"), ("Data", "{}"));
            await emulator.FormAsync($"{parent}/Permissions/me", ("Read", "true"));
        }

        (await emulator.DeleteAsync(service)).ShouldBe(204);
        (await emulator.GetAsync($"{service}/Lists")).ShouldBe(404, 20404);
        await SweepAsync();
        foreach (string table in (string[])["objects", "items", "permissions", "events"])
        {
            file.Count(table).Should().Be(0, table);
        }
    }

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Maps")]
    [InlineData("Streams")]
    public async Task An_expiry_is_so_many_seconds_from_the_change_that_sets_it(string kind)
    {
        SyncAnswer created = await emulator.FormAsync(kind, ("UniqueName", "n"), ("Ttl", "3"));
        created.Date("date_expires").Should().Be(new DateTimeOffset(2026, 2, 1, 0, 0, 1, TimeSpan.Zero));
        created.Date("date_updated").Should().Be(new DateTimeOffset(2026, 1, 31, 23, 59, 58, TimeSpan.Zero));

        Pass(TimeSpan.FromSeconds(1));
        if (kind == "Documents")
        {
            SyncAnswer kept = await emulator.FormAsync($"{kind}/n", ("Data", "{}"));
            kept.Date("date_expires").Should().Be(created.Date("date_expires"), "an update without a TTL keeps the expiry");
        }

        SyncAnswer longest = await emulator.FormAsync($"{kind}/n", ("Ttl", "31536000"));
        longest.Date("date_expires").Should().Be(new DateTimeOffset(2027, 1, 31, 23, 59, 59, TimeSpan.Zero));
        longest.Date("date_updated").Should().Be(new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero));

        SyncAnswer never = await emulator.FormAsync($"{kind}/n", ("Ttl", "0"));
        never.Date("date_expires").Should().BeNull();
        Pass(TimeSpan.FromDays(400));
        (await emulator.GetAsync($"{kind}/n")).Date("date_expires").Should().BeNull();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("31536001")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("ten")]
    [InlineData(" 1")]
    [InlineData("99999999999")]
    public async Task A_TTL_out_of_range_is_refused(string ttl)
    {
        (await emulator.FormAsync("Documents", ("Ttl", ttl))).ShouldBe(400, 54011);
        string list = $"Lists/{(await emulator.FormAsync("Lists")).Sid}";
        (await emulator.FormAsync(list, ("CollectionTtl", ttl))).ShouldBe(400, 54011);
        (await emulator.FormAsync($"{list}/Items", ("Data", "{}"), ("ItemTtl", ttl))).ShouldBe(400, 54011);
        (await emulator.FormAsync($"{list}/Items", ("Data", "{}"), ("CollectionTtl", ttl))).ShouldBe(400, 54011);
        (await emulator.GetAsync($"{list}/Items")).Ids.Should().BeEmpty();
    }

    [Fact]
    public async Task An_empty_TTL_counts_as_not_given()
    {
        (await emulator.FormAsync("Documents", ("UniqueName", "n"), ("Ttl", ""))).Date("date_expires").Should().BeNull();
        (await emulator.FormAsync("Documents/n", ("Ttl", ""))).ShouldBe(400, 54010);
    }

    [Theory]
    [InlineData("Lists")]
    [InlineData("Maps")]
    public async Task The_TTL_of_an_item_and_of_its_collection_are_two(string kind)
    {
        SyncAnswer created = await emulator.FormAsync(kind, ("Ttl", "5"), ("CollectionTtl", "100"));
        string parent = $"{kind}/{created.Sid}";
        Ttl(created).Should().Be(100, "Ttl is only an alias of CollectionTtl");

        SyncAnswer item = await emulator.FormAsync($"{parent}/Items", ("Key", "0"), ("Data", "{}"), ("Ttl", "5"), ("ItemTtl", "50"));
        Ttl(item).Should().Be(50, "Ttl is only an alias of ItemTtl");
        Ttl(await emulator.GetAsync(parent)).Should().Be(100);

        item = await emulator.FormAsync($"{parent}/Items/0", ("Ttl", "60"), ("CollectionTtl", "200"));
        (Ttl(item), item.Revision).Should().Be((60, "0"));
        Ttl(await emulator.GetAsync(parent)).Should().Be(200);

        (await emulator.FormAsync($"{parent}/Items/0", ("CollectionTtl", "0"))).ShouldBe(400, 54010);
        item = await emulator.FormAsync($"{parent}/Items/0", ("Data", "{}"), ("CollectionTtl", "0"));
        (Ttl(item), item.Revision).Should().Be((60, "1"));
        Ttl(await emulator.GetAsync(parent)).Should().BeNull();

        item = await emulator.FormAsync($"{parent}/Items", ("Key", "1"), ("Data", "{}"), ("CollectionTtl", "300"));
        Ttl(item).Should().BeNull();
        Ttl(await emulator.GetAsync(parent)).Should().Be(300);
    }

    private double? Ttl(SyncAnswer answer) =>
        (answer.Date("date_expires") - time.GetUtcNow().AddMilliseconds(-time.GetUtcNow().Millisecond))?.TotalSeconds;

    private async Task SweepAsync()
    {
        time.Advance(TimeSpan.FromSeconds(1));
        await file.UntilSweptAsync(time);
    }

    // The sweeper's timer does not go off: what has expired is still in the file.
    private void Pass(TimeSpan passed) => time.AdjustTime(time.GetUtcNow() + passed);
}
