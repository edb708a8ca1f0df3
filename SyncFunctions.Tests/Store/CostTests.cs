using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store;

/// <summary>How many requests to Sync a call takes, because an account pays for requests and is throttled by them.</summary>
public sealed class CostTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;
    private readonly string name = Calls.NewName();

    [Fact]
    public async Task A_call_on_a_document_takes_one_request()
    {
        await ExpectAsync(1, "searchDocument", new { docName = name });
        await ExpectAsync(1, "createDocument", new { docName = name, data = new { } });
        await ExpectAsync(1, "getDocument", new { docName = name });
        await ExpectAsync(1, "searchDocument", new { docName = name });
        await ExpectAsync(1, "updateDocument", new { docName = name, data = new { } });
        await ExpectAsync(1, "updateDocument", new { docName = name, data = new { }, ifMatch = "1" });
        string sid = (await app.ResolveAsync("searchDocument", new { docName = name })).GetString()!;
        await ExpectAsync(1, "removeDocumentById", new { documentId = sid });
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
        await ExpectAsync(1, "removeDocument", new { docName = name });
    }

    [Fact]
    public async Task A_call_on_a_list_takes_one_request()
    {
        await ExpectAsync(1, "searchList", new { listName = name });
        await ExpectAsync(1, "createList", new { listName = name });
        await ExpectAsync(1, "getList", new { listName = name });
        await ExpectAsync(1, "searchList", new { listName = name });
        await ExpectAsync(1, "addListItem", new { listName = name, data = new { } });
        await ExpectAsync(1, "getListItems", new { listName = name });
        await ExpectAsync(1, "removeList", new { listName = name });
        string sid = (await app.ResolveAsync("createList", new { listName = name })).Text("sid");
        await ExpectAsync(1, "removeListById", new { listId = sid });
    }

    [Fact]
    public async Task A_call_on_a_map_takes_one_request()
    {
        await ExpectAsync(1, "searchMap", new { mapName = name });
        await ExpectAsync(1, "createMap", new { mapName = name });
        await ExpectAsync(1, "getMap", new { mapName = name });
        await ExpectAsync(1, "searchMap", new { mapName = name });
        await ExpectAsync(1, "getMapItems", new { mapName = name });
        await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { } });
        await ExpectAsync(1, "getMapItem", new { mapName = name, key = "k" });
        await ExpectAsync(1, "removeMapItem", new { mapName = name, key = "k" });
        await ExpectAsync(1, "removeMap", new { mapName = name });
        string sid = (await app.ResolveAsync("createMap", new { mapName = name })).Text("sid");
        await ExpectAsync(1, "removeMapById", new { mapId = sid });
    }

    [Fact]
    public async Task Setting_a_map_item_takes_two_requests_if_it_is_new_and_one_if_it_is_not()
    {
        await app.ResolveAsync("createMap", new { mapName = name });

        await ExpectAsync(2, "setMapItem", new { mapName = name, key = "k", data = new { } });
        await ExpectAsync(1, "setMapItem", new { mapName = name, key = "k", data = new { } });
        await ExpectAsync(1, "setMapItem", new { mapName = name, key = "k", data = new { }, ttl = "keep" });
    }

    [Fact]
    public async Task Names_are_found_with_one_request_however_many_objects_there_are()
    {
        foreach (int i in Enumerable.Range(0, 60))
        {
            await app.ResolveAsync("createDocument", new { docName = $"{name}-{i}", data = new { } });
        }

        await ExpectAsync(1, "getDocument", new { docName = $"{name}-59" });
        await ExpectAsync(1, "searchDocument", new { docName = $"{name}-59" });
        await ExpectAsync(1, "removeDocument", new { docName = $"{name}-59" });
    }

    [Fact]
    public async Task Items_are_read_by_pages_of_a_hundred_and_removed_one_by_one()
    {
        await app.ResolveAsync("createList", new { listName = name });
        await app.ResolveAsync("createMap", new { mapName = name });
        await Parallel.ForEachAsync(Enumerable.Range(0, 250), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            await app.PostJsonAsync("addListItem", $$$"""{"listName":"{{{name}}}","data":{"{{{(i < 7 ? "few" : "many")}}}":1}}""").ResolvedAsync();
            await app.ResolveAsync("setMapItem", new { mapName = name, key = $"{i}", data = new { } });
        });

        (await ExpectAsync(3, "getListItems", new { listName = name })).GetArrayLength().Should().Be(250);
        await ExpectAsync(3, "getListItems", new { listName = name, key = "few" });
        await ExpectAsync(3, "getListItem", new { listName = name });
        (await ExpectAsync(3, "getMapItems", new { mapName = name })).GetArrayLength().Should().Be(250);
        await ExpectAsync(3, "removeListItems", new { listName = name, key = "none" });
        (await ExpectAsync(3 + 7, "removeListItems", new { listName = name, key = "few" })).GetString().Should().Be("7 item(s) deleted.");
        (await app.ResolveAsync("getListItems", new { listName = name })).GetArrayLength().Should().Be(243);
    }

    [Fact]
    public async Task Health_calls_Sync_again_once_its_report_is_old()
    {
        await app.SendAsync(HttpMethod.Get, "health").ResolvedAsync();
        int before = app.Sync.Count;

        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await app.SendAsync(HttpMethod.Get, "health").ResolvedAsync();

        (app.Sync.Count - before).Should().Be(1);
    }

    [Fact]
    public async Task Health_calls_Sync_once_for_concurrent_callers()
    {
        // The clock stands still, so that no report grows old on a slow machine.
        await using TestApp stopped = await TestApp.StartAsync(configure: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider()));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stopped.SendAsync(HttpMethod.Get, "health").ResolvedAsync()));

        stopped.Sync.Count.Should().Be(1);
    }

    private async Task<JsonElement> ExpectAsync(int requests, string function, object parameters)
    {
        int before = app.Sync.Count;
        JsonElement result = await app.ResolveAsync(function, parameters);
        (app.Sync.Count - before).Should().Be(requests, function);
        return result;
    }
}
