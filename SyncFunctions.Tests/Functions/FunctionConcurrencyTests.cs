using System.Net;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>Callers that make the same change at the same time.</summary>
public sealed class FunctionConcurrencyTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Callers = 64;

    private readonly TestApp app = fixture.App;
    private readonly string name = Calls.NewName();

    [Fact]
    public async Task All_callers_that_set_the_same_new_map_item_succeed_and_one_item_comes_of_it()
    {
        await app.ResolveAsync("createMap", new { mapName = name });

        JsonElement[] set = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i =>
            app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { i } })));

        JsonElement item = (await app.ResolveAsync("getMapItems", new { mapName = name })).EnumerateArray().Single();
        set.Select(result => result.Raw("data")).Should().OnlyHaveUniqueItems("each caller gets its own data back").And.HaveCount(Callers);
        set.Select(result => result.Text("revision")).Should().OnlyHaveUniqueItems();
        item.Text("revision").Should().Be(set.MaxBy(result => int.Parse(result.Text("revision"), System.Globalization.CultureInfo.InvariantCulture)).Text("revision"));
        set.Select(result => result.GetRawText()).Should().Contain(item.GetRawText(), "one of them was the last");
    }

    [Theory]
    [InlineData("createDocument", "getDocument", "docName")]
    [InlineData("createList", "getList", "listName")]
    [InlineData("createMap", "getMap", "mapName")]
    public async Task Of_all_callers_that_create_the_same_name_one_succeeds(string create, string get, string parameter)
    {
        Dictionary<string, object> parameters = new() { [parameter] = name, ["data"] = new { } };

        HttpResponseMessage[] created = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => app.CallAsync(create, parameters)));

        HttpResponseMessage winner = created.Should().ContainSingle(response => response.StatusCode == HttpStatusCode.OK).Subject;
        created.Where(response => response != winner).Should().OnlyContain(response => response.StatusCode == HttpStatusCode.Conflict);
        (await app.ResolveAsync(get, parameters)).Text("sid").Should().Be((await Task.FromResult(winner).ResolvedAsync()).Text("sid"));
    }

    [Fact]
    public async Task Of_all_callers_that_update_the_same_revision_of_a_document_one_succeeds()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });

        HttpResponseMessage[] updated = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i =>
            app.CallAsync("updateDocument", new { docName = name, data = new { i }, ifMatch = "0" })));

        HttpResponseMessage winner = updated.Should().ContainSingle(response => response.StatusCode == HttpStatusCode.OK).Subject;
        updated.Where(response => response != winner).Should().OnlyContain(response => response.StatusCode == HttpStatusCode.PreconditionFailed);
        JsonElement document = await app.ResolveAsync("getDocument", new { docName = name });
        document.Text("revision").Should().Be("1");
        document.Raw("data").Should().Be((await Task.FromResult(winner).ResolvedAsync()).Raw("data"));
    }

    [Fact]
    public async Task All_items_that_callers_add_at_once_are_there_once()
    {
        await app.ResolveAsync("createList", new { listName = name });

        JsonElement[] added = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i =>
            app.ResolveAsync("addListItem", new { listName = name, data = new { i } })));

        added.Select(item => item.Raw("index")).Should().OnlyHaveUniqueItems();
        JsonElement items = await app.ResolveAsync("getListItems", new { listName = name });
        items.EnumerateArray().Select(item => item.GetRawText()).Should().BeEquivalentTo(added.Select(item => item.GetRawText()));
    }

    [Fact]
    public async Task No_item_is_removed_twice_by_callers_that_remove_the_same_ones()
    {
        await app.ResolveAsync("createList", new { listName = name });
        for (int i = 0; i < 20; i++)
        {
            await app.ResolveAsync("addListItem", i % 2 == 0 ? new { listName = name, data = (object)new { a = i } } : new { listName = name, data = (object)new { b = i } });
        }

        JsonElement[] removed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.ResolveAsync("removeListItems", new { listName = name, key = "a" })));

        removed.Sum(answer => int.Parse(answer.GetString()!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).Should().Be(10);
        (await app.ResolveAsync("getListItems", new { listName = name })).GetArrayLength().Should().Be(10);
    }

    [Fact]
    public async Task Setting_and_removing_the_same_map_item_at_once_never_fails()
    {
        await app.ResolveAsync("createMap", new { mapName = name });

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            using HttpResponseMessage response = i % 4 == 0
                ? await app.CallAsync("removeMapItem", new { mapName = name, key = "k" })
                : await app.CallAsync("setMapItem", new { mapName = name, key = "k", data = new { i } });
            return i % 4 == 0 && response.StatusCode == HttpStatusCode.NotFound ? 200 : (int)response.StatusCode;
        }));

        statuses.Should().OnlyContain(status => status == 200);
    }
}
