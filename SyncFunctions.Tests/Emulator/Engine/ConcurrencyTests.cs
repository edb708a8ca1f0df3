using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Engine;

/// <summary>Concurrent changes of the same objects.</summary>
public sealed class ConcurrencyTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private const int Callers = 64;

    private readonly TestEmulator emulator = shared.Emulator;
    private readonly string name = SharedEmulator.NewName();

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Maps")]
    [InlineData("Streams")]
    public async Task One_of_64_creates_of_one_name_succeeds(string kind)
    {
        SyncAnswer[] answers = await AllAsync(_ => emulator.FormAsync(kind, ("UniqueName", name)));
        SyncAnswer created = OneOf(answers, 201, 409, 54301);
        (await emulator.GetAsync($"{kind}/{name}")).Sid.Should().Be(created.Sid);
    }

    [Fact]
    public async Task One_of_64_creates_of_one_key_succeeds()
    {
        string items = $"Maps/{(await emulator.FormAsync("Maps")).Sid}/Items";
        SyncAnswer[] answers = await AllAsync(caller => emulator.FormAsync(items, ("Key", "k"), ("Data", Data(caller))));
        SyncAnswer created = OneOf(answers, 201, 409, 54208);
        (await emulator.GetAsync($"{items}/k")).Data.Should().Be(created.Data);
    }

    [Fact]
    public async Task One_of_64_updates_of_one_revision_succeeds_for_a_document()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        await ShouldUpdateOnceAsync($"Documents/{name}", 54103);
    }

    [Theory]
    [InlineData("Lists", 54155)]
    [InlineData("Maps", 54205)]
    public async Task One_of_64_updates_of_one_revision_succeeds_for_an_item(string kind, int code)
    {
        string items = $"{kind}/{(await emulator.FormAsync(kind)).Sid}/Items";
        await emulator.FormAsync(items, ("Key", "0"), ("Data", "{}"));
        await ShouldUpdateOnceAsync($"{items}/0", code);
    }

    [Theory]
    [InlineData("Lists", 54155)]
    [InlineData("Maps", 54205)]
    public async Task Of_64_updates_and_removals_of_one_revision_one_succeeds(string kind, int code)
    {
        string items = $"{kind}/{(await emulator.FormAsync(kind)).Sid}/Items";
        await emulator.FormAsync(items, ("Key", "0"), ("Data", "{}"));
        SyncAnswer[] answers = await AllAsync(caller => caller % 2 == 0
            ? emulator.DeleteAsync($"{items}/0", "0")
            : emulator.CallAsync(HttpMethod.Post, $"{items}/0", "0", ("Data", Data(caller))));
        answers.Where(answer => answer.Status is 200 or 204).Should().ContainSingle();
        // After a removal there is nothing left to have a revision.
        answers.Where(answer => answer.Status is not (200 or 204)).Select(answer => answer.Code!.Value).Distinct().Should()
            .Equal(answers.Any(answer => answer.Status == 204) ? [20404] : [code]);
    }

    [Fact]
    public async Task Of_64_removals_one_succeeds()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        OneOf(await AllAsync(_ => emulator.DeleteAsync($"Documents/{name}")), 204, 404, 20404);
    }

    [Fact]
    public async Task Updates_without_a_revision_all_count()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        SyncAnswer[] answers = await AllAsync(caller => emulator.FormAsync($"Documents/{name}", ("Data", Data(caller))));
        answers.Select(answer => int.Parse(answer.Revision, null)).Order().Should().Equal(Enumerable.Range(1, Callers));
        SyncAnswer last = await emulator.GetAsync($"Documents/{name}");
        last.Revision.Should().Be($"{Callers}");
        last.Data.Should().Be(answers.Single(answer => answer.Revision == last.Revision).Data, "data and revision belong together");
    }

    [Fact]
    public async Task Readers_see_data_and_revision_of_one_moment()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name), ("Data", Data(0)));
        Task writing = Task.Run(async () =>
        {
            for (int i = 1; i <= 200; i++)
            {
                await emulator.FormAsync($"Documents/{name}", ("Data", Data(i)));
            }
        });
        int seen = 0;
        while (!writing.IsCompleted)
        {
            SyncAnswer read = await emulator.GetAsync($"Documents/{name}");
            read.Data.Should().Be(Data(int.Parse(read.Revision, null)));
            int revision = int.Parse(read.Revision, null);
            revision.Should().BeGreaterThanOrEqualTo(seen);
            seen = revision;
        }

        await writing;
    }

    [Fact]
    public async Task A_write_is_seen_by_every_read_after_its_answer()
    {
        string items = $"Maps/{(await emulator.FormAsync("Maps")).Sid}/Items";
        await AllAsync(async caller =>
        {
            await emulator.FormAsync(items, ("Key", $"{caller}"), ("Data", Data(caller)));
            SyncAnswer read = await emulator.GetAsync($"{items}/{caller}");
            read.ShouldBe(200);
            return read;
        });
    }

    [Fact]
    public async Task The_indexes_of_64_concurrent_items_are_distinct_and_in_order()
    {
        string items = $"Lists/{(await emulator.FormAsync("Lists")).Sid}/Items";
        SyncAnswer[] answers = await AllAsync(caller => emulator.FormAsync(items, ("Data", Data(caller))));
        answers.Select(answer => answer.Index).Order().Should().Equal(Enumerable.Range(0, Callers).Select(index => (long)index));

        SyncAnswer page = await emulator.GetAsync($"{items}?PageSize=100");
        JsonElement[] stored = [.. page.Body.GetProperty("items").EnumerateArray()];
        stored.Select(item => (item.GetProperty("index").GetInt64(), item.GetProperty("data").GetRawText())).Should()
            .Equal(answers.OrderBy(answer => answer.Index).Select(answer => (answer.Index, answer.Data)));
    }

    [Fact]
    public async Task Failures_among_64_concurrent_changes_leave_the_others_alone()
    {
        await emulator.FormAsync("Documents", ("UniqueName", name));
        SyncAnswer[] answers = await AllAsync(caller => (caller % 4) switch
        {
            0 => emulator.FormAsync("Documents", ("UniqueName", name)),
            1 => emulator.FormAsync("Documents", ("UniqueName", $"{name}-{caller}"), ("Data", Data(caller))),
            2 => emulator.CallAsync(HttpMethod.Post, $"Documents/{name}", "999", ("Data", Data(caller))),
            _ => emulator.FormAsync($"Documents/{name}", ("Data", Data(caller))),
        });
        answers.Select((answer, caller) => (caller % 4, answer.Status)).Distinct().Should()
            .BeEquivalentTo([(0, 409), (1, 201), (2, 412), (3, 200)]);
        (await emulator.GetAsync($"Documents/{name}")).Revision.Should().Be($"{Callers / 4}");
        foreach (int caller in Enumerable.Range(0, Callers).Where(caller => caller % 4 == 1))
        {
            (await emulator.GetAsync($"Documents/{name}-{caller}")).Data.Should().Be(Data(caller));
        }
    }

    private static string Data(int number) => $$"""{"n":{{number}}}""";

    private static Task<SyncAnswer[]> AllAsync(Func<int, Task<SyncAnswer>> call) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => call(caller))));

    private static SyncAnswer OneOf(SyncAnswer[] answers, int success, int failure, int code)
    {
        SyncAnswer one = answers.Should().ContainSingle(answer => answer.Status == success).Subject;
        answers.Where(answer => answer != one).Should().HaveCount(Callers - 1)
            .And.OnlyContain(answer => answer.Status == failure && answer.Code == code);
        return one;
    }

    private async Task ShouldUpdateOnceAsync(string path, int code)
    {
        SyncAnswer[] answers = await AllAsync(caller => emulator.CallAsync(HttpMethod.Post, path, "0", ("Data", Data(caller))));
        SyncAnswer updated = OneOf(answers, 200, 412, code);
        SyncAnswer stored = await emulator.GetAsync(path);
        (stored.Revision, stored.Data).Should().Be(("1", updated.Data));
    }
}
