using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class MapFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;
    private readonly string name = Calls.NewName();

    [Fact]
    public async Task A_map_is_created_read_found_and_removed()
    {
        JsonElement created = await app.ResolveAsync("createMap", new { mapName = name });

        (await app.ResolveAsync("getMap", new { mapName = name })).GetRawText().Should().Be(created.GetRawText());
        (await app.ResolveAsync("searchMap", new { mapName = name })).GetString().Should().Be(created.Text("sid"));
        (await app.ResolveAsync("removeMap", new { mapName = name })).GetString().Should().Be("deleted");
        (await app.FailAsync("getMap", new { mapName = name })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
    }

    [Fact]
    public async Task A_map_item_is_created_updated_read_and_removed()
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        JsonElement created = await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { a = 1 } });
        JsonElement updated = await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { b = 2 } });
        updated.Raw("data").Should().Be("""{"b":2}""");
        updated.Text("revision").Should().NotBe(created.Text("revision"));

        (await app.ResolveAsync("getMapItem", new { mapName = name, key = "k" })).GetRawText().Should().Be(updated.GetRawText());
        (await app.ResolveAsync("getMapItems", new { mapName = name })).EnumerateArray().Single().GetRawText().Should().Be(updated.GetRawText());
        (await app.ResolveAsync("removeMapItem", new { mapName = name, key = "k" })).GetString().Should().Be("deleted.");
        (await app.ResolveAsync("getMapItem", new { mapName = name, key = "k" })).ValueKind.Should().Be(JsonValueKind.Null);
        (await app.ResolveAsync("getMapItems", new { mapName = name })).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_map_has_the_fields_of_Twilios_helper_libraries()
    {
        using HttpResponseMessage response = await app.CallAsync("createMap", new { mapName = name });
        JsonElement map = await Task.FromResult(response).ResolvedAsync();

        map.Members().Should().BeEquivalentTo(
            "sid", "uniqueName", "accountSid", "serviceSid", "url", "links", "revision", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        map.Text("sid").Should().MatchRegex("^MP[0-9a-f]{32}$");
        map.Text("uniqueName").Should().Be(name);
        map.Text("url").Should().EndWith($"/Maps/{map.Text("sid")}");
        map.GetProperty("links").Members().Should().BeEquivalentTo("items", "permissions");
        map.SecondsToLive().Should().BeNull();
        response.Headers.ETag!.Tag.Should().Be($"\"{map.Text("revision")}\"");
    }

    [Fact]
    public async Task A_map_item_has_the_fields_of_Twilios_helper_libraries()
    {
        JsonElement map = await app.ResolveAsync("createMap", new { mapName = name });
        using HttpResponseMessage response = await app.CallAsync("setMapItem", new { mapName = name, key = "the key", data = new { a = 1 } });
        JsonElement item = await Task.FromResult(response).ResolvedAsync();

        item.Members().Should().BeEquivalentTo(
            "key", "accountSid", "serviceSid", "mapSid", "url", "revision", "data", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        item.Text("key").Should().Be("the key");
        item.Text("accountSid").Should().Be("AC" + new string('0', 32));
        item.Text("serviceSid").Should().Be("IS" + new string('0', 32));
        item.Text("mapSid").Should().Be(map.Text("sid"));
        item.Text("url").Should().EndWith($"/Maps/{map.Text("sid")}/Items/the%20key");
        response.Headers.ETag!.Tag.Should().Be($"\"{item.Text("revision")}\"");
        using HttpResponseMessage read = await app.CallAsync("getMapItem", new { mapName = name, key = "the key" });
        read.Headers.ETag!.Tag.Should().Be($"\"{item.Text("revision")}\"");
    }

    [Fact]
    public async Task A_map_takes_its_parameters_from_a_form_or_the_query()
    {
        (await app.PostFormAsync("createMap", ("mapName", name), ("ttl", "60")).ResolvedAsync()).SecondsToLive().Should().Be(60);
        await app.PostFormAsync("setMapItem", ("mapName", name), ("key", "k"), ("data", """{"a":1}""")).ResolvedAsync();
        (await app.PostJsonAsync($"setMapItem?mapName={name}&KEY=k", """{"data":{"b":2}}""").ResolvedAsync()).Raw("data").Should().Be("""{"b":2}""");

        (await app.QueryAsync(HttpMethod.Get, "getMap", ("mapName", name)).ResolvedAsync()).Text("uniqueName").Should().Be(name);
        (await app.QueryAsync(HttpMethod.Get, "searchMap", ("MAPNAME", name)).ResolvedAsync()).GetString().Should().StartWith("MP");
        (await app.QueryAsync(HttpMethod.Get, "getMapItem", ("mapName", name), ("key", "k")).ResolvedAsync()).Raw("data").Should().Be("""{"b":2}""");
        (await app.QueryAsync(HttpMethod.Get, "getMapItems", ("mapName", name)).ResolvedAsync()).GetArrayLength().Should().Be(1);
        (await app.QueryAsync(HttpMethod.Delete, "removeMapItem", ("mapName", name), ("key", "k")).ResolvedAsync()).GetString().Should().Be("deleted.");
        (await app.QueryAsync(HttpMethod.Delete, "removeMap", ("mapName", name)).ResolvedAsync()).GetString().Should().Be("deleted");
    }

    [Fact]
    public async Task Items_data_comes_back_byte_for_byte()
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        string body = $$"""{"mapName":"{{name}}","key":"k","data":{{DocumentFunctionTests.AwkwardData}}}""";

        (await app.PostJsonAsync("setMapItem", body).ResolvedAsync()).Raw("data").Should().Be(DocumentFunctionTests.AwkwardData);
        (await app.PostJsonAsync("setMapItem", body).ResolvedAsync()).Raw("data").Should().Be(DocumentFunctionTests.AwkwardData);
        (await app.ResolveAsync("getMapItem", new { mapName = name, key = "k" })).Raw("data").Should().Be(DocumentFunctionTests.AwkwardData);
        (await app.ResolveAsync("getMapItems", new { mapName = name }))[0].Raw("data").Should().Be(DocumentFunctionTests.AwkwardData);
    }

    [Fact]
    public async Task A_name_is_given_once_only()
    {
        await app.ResolveAsync("createMap", new { mapName = name });

        (await app.FailAsync("createMap", new { mapName = name })).Should().BeEquivalentTo(new { Status = 409, Code = 54301 });
    }

    [Fact]
    public async Task A_missing_resource_is_not_found()
    {
        (await app.ResolveAsync("searchMap", new { mapName = name })).GetString().Should().Be("");
        foreach (string function in (string[])["getMap", "removeMap", "setMapItem", "getMapItems", "getMapItem", "removeMapItem"])
        {
            (await app.FailAsync(function, new { mapName = name, key = "a", data = new { } })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 }, function);
        }

        (await app.FailAsync("removeMapById", new { mapId = "MP" + new string('f', 32) })).Status.Should().Be(404);
        (await app.ResolveAsync("searchMap", new { mapName = name })).GetString().Should().BeEmpty("an item must not create its map");

        await app.ResolveAsync("createMap", new { mapName = name });
        (await app.FailAsync("removeMapItem", new { mapName = name, key = "a" })).Status.Should().Be(404);
    }

    [Fact]
    public async Task An_absent_item_is_null_and_an_absent_map_is_an_error()
    {
        (await app.FailAsync("getMapItem", new { mapName = name, key = "k" })).Status.Should().Be(404);
        await app.ResolveAsync("createMap", new { mapName = name });

        (await app.QueryAsync(HttpMethod.Get, "getMapItem", ("mapName", name), ("key", "k")).ResolvedAsync()).GetRawText().Should().Be("null");
    }

    [Fact]
    public async Task A_map_is_removed_by_its_SID_with_its_items()
    {
        string sid = (await app.ResolveAsync("createMap", new { mapName = name })).Text("sid");
        await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { } });

        (await app.QueryAsync(HttpMethod.Delete, "removeMapById", ("mapId", sid)).ResolvedAsync()).GetString().Should().Be("deleted");

        await app.ResolveAsync("createMap", new { mapName = name });
        (await app.ResolveAsync("getMapItems", new { mapName = name })).GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("ET")]
    [InlineData("ES")]
    public async Task A_SID_of_something_else_removes_nothing(string prefix)
    {
        string sid = (await app.ResolveAsync("createMap", new { mapName = name })).Text("sid");

        Problem problem = await app.FailAsync("removeMapById", new { mapId = prefix + sid[2..] });

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "mapId" });
        (await app.ResolveAsync("searchMap", new { mapName = name })).GetString().Should().Be(sid);
    }

    [Fact]
    public async Task Items_of_many_pages_are_read_once_each()
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 260),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => await app.ResolveAsync("setMapItem", new { mapName = name, key = $"key {i}", data = new { i } }));

        JsonElement items = await app.ResolveAsync("getMapItems", new { mapName = name });

        items.EnumerateArray().Select(item => item.Text("key")).Should().BeEquivalentTo(Enumerable.Range(0, 260).Select(i => $"key {i}"));
    }

    [Fact]
    public async Task Maps_and_items_expire()
    {
        await app.ResolveAsync("createMap", new { mapName = name, ttl = 1000 });
        (await app.ResolveAsync("setMapItem", new { mapName = name, key = "short", data = new { }, ttl = 100 })).SecondsToLive().Should().Be(100);
        (await app.ResolveAsync("setMapItem", new { mapName = name, key = "long", data = new { } })).SecondsToLive().Should().BeNull();

        fixture.Time.Advance(TimeSpan.FromSeconds(101));
        (await app.ResolveAsync("getMapItem", new { mapName = name, key = "short" })).ValueKind.Should().Be(JsonValueKind.Null);
        (await app.ResolveAsync("getMapItems", new { mapName = name })).GetArrayLength().Should().Be(1);
        (await app.ResolveAsync("setMapItem", new { mapName = name, key = "short", data = new { again = 1 } })).SecondsToLive().Should().BeNull();

        fixture.Time.Advance(TimeSpan.FromSeconds(1000));
        (await app.FailAsync("getMapItem", new { mapName = name, key = "long" })).Status.Should().Be(404);
    }

    [Fact]
    public async Task Setting_an_item_sets_clears_or_keeps_its_expiry()
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        Task<JsonElement> SetAsync(object? ttl) => app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { }, ttl });

        (await SetAsync("keep")).SecondsToLive().Should().BeNull("a new item has no expiry to keep");
        JsonElement set = await SetAsync(500);
        set.SecondsToLive().Should().Be(500);
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        (await SetAsync("keep")).Text("dateExpires").Should().Be(set.Text("dateExpires"));
        (await SetAsync(0)).SecondsToLive().Should().BeNull();
        (await SetAsync(500)).SecondsToLive().Should().Be(500);
        (await SetAsync(null)).SecondsToLive().Should().BeNull("left out is 0");
    }

    [Fact]
    public async Task A_map_that_is_new_has_no_expiry_to_keep()
    {
        (await app.FailAsync("createMap", new { mapName = name, ttl = "keep" })).Should().BeEquivalentTo(new { Status = 400, Parameter = "ttl" });
        (await app.ResolveAsync("searchMap", new { mapName = name })).GetString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("\"{0}\"")]
    [InlineData("*")]
    public async Task An_item_is_set_and_removed_at_the_revision_that_was_given(string format)
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        string revision = (await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { a = 1 } })).Text("revision");
        string IfMatch() => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, revision);

        revision = (await app.SendAsync(HttpMethod.Post, ItemQuery("setMapItem"), null, ("If-Match", IfMatch())).ResolvedAsync()).Text("revision");
        revision = (await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { c = 3 }, ifMatch = IfMatch() })).Text("revision");
        (await app.SendAsync(HttpMethod.Delete, ItemQuery("removeMapItem"), null, ("If-Match", IfMatch())).ResolvedAsync()).GetString().Should().Be("deleted.");
    }

    [Theory]
    [InlineData("setMapItem")]
    [InlineData("removeMapItem")]
    public async Task An_item_is_not_touched_at_another_revision(string function)
    {
        await app.ResolveAsync("createMap", new { mapName = name });
        JsonElement item = await app.ResolveAsync("setMapItem", new { mapName = name, key = "k", data = new { a = 1 } });

        (await app.SendAsync(HttpMethod.Post, ItemQuery(function), null, ("If-Match", "\"999\"")).FailedAsync()).Status.Should().Be(412);
        (await app.FailAsync(function, new { mapName = name, key = "k", data = new { }, ifMatch = "999" })).Should().BeEquivalentTo(new { Status = 412, Code = 54205 });

        (await app.ResolveAsync("getMapItem", new { mapName = name, key = "k" })).GetRawText().Should().Be(item.GetRawText());
    }

    [Fact]
    public async Task An_item_that_is_not_there_has_no_revision_to_match()
    {
        (await app.FailAsync("setMapItem", new { mapName = name, key = "k", data = new { }, ifMatch = "0" })).Status.Should().Be(404);
        await app.ResolveAsync("createMap", new { mapName = name });

        (await app.FailAsync("setMapItem", new { mapName = name, key = "k", data = new { }, ifMatch = "0" })).Status.Should().Be(412);

        (await app.ResolveAsync("getMapItems", new { mapName = name })).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_map_is_removed_only_at_the_revision_that_was_given()
    {
        JsonElement map = await app.ResolveAsync("createMap", new { mapName = name });
        (await app.FailAsync("removeMap", new { mapName = name, ifMatch = "999" })).Status.Should().Be(412);
        (await app.FailAsync("removeMapById", new { mapId = map.Text("sid"), ifMatch = "999" })).Status.Should().Be(412);

        string revision = (await app.ResolveAsync("getMap", new { mapName = name })).Text("revision");
        (await app.ResolveAsync("removeMap", new { mapName = name, ifMatch = revision })).GetString().Should().Be("deleted");
    }

    private string ItemQuery(string function) => $"{function}?{Calls.Encode(("mapName", name), ("key", "k"), ("data", """{"b":2}"""))}";
}
