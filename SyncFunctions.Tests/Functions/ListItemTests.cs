using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class ListItemTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly TestApp app = fixture.App;

    public static TheoryData<string> BadIndexes => new("-1", "1.5", "1e2", "\"abc\"", "\"\"", "\" 1\"", "\"+1\"", "true", "99999999999999999999");

    [Fact]
    public async Task An_item_is_read_updated_and_removed_by_its_index()
    {
        string listName = await ListAsync(3);
        JsonElement read = await app.ResolveAsync("getListItemByIndex", new { listName, index = 1 });
        read.Raw("data").Should().Be("""{"i":1}""");
        read.GetProperty("index").GetInt64().Should().Be(1);

        JsonElement updated = await app.ResolveAsync("updateListItem", new { listName, index = 1, data = new { i = "one" } });
        updated.Raw("data").Should().Be("""{"i":"one"}""");
        updated.Text("revision").Should().NotBe(read.Text("revision"));
        (await app.ResolveAsync("getListItemByIndex", new { listName, index = "1" })).GetRawText().Should().Be(updated.GetRawText());

        (await app.ResolveAsync("removeListItemByIndex", new { listName, index = 1 })).GetString().Should().Be("deleted");
        (await app.ResolveAsync("getListItems", new { listName })).EnumerateArray().Select(item => item.Raw("data"))
            .Should().Equal("""{"i":0}""", """{"i":2}""");
    }

    [Theory]
    [InlineData("getListItemByIndex")]
    [InlineData("updateListItem")]
    [InlineData("removeListItemByIndex")]
    [InlineData("patchListItem")]
    public async Task An_index_or_list_that_is_not_there_is_not_found(string function)
    {
        string listName = await ListAsync(2);
        await app.ResolveAsync("removeListItemByIndex", new { listName, index = 0 });
        foreach (long index in (long[])[0, 2, int.MaxValue + 1L, long.MaxValue])
        {
            (await app.FailAsync(function, new { listName, index, data = new { }, patch = new { } })).Should().BeEquivalentTo(
                new { Status = 404, Code = 20404 }, "of index {0}", index);
        }

        (await app.FailAsync(function, new { listName = Calls.NewName(), index = 1, data = new { }, patch = new { } })).Status.Should().Be(404);
        (await app.ResolveAsync("getListItems", new { listName })).GetArrayLength().Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(BadIndexes))]
    public async Task An_invalid_index_is_refused(string index)
    {
        string listName = await ListAsync(2);
        foreach (string function in (string[])["getListItemByIndex", "updateListItem", "removeListItemByIndex", "patchListItem"])
        {
            await app.RefusesJsonAsync(function, $$$"""{"listName":"{{{listName}}}","index":{{{index}}},"data":{},"patch":{}}""", "index");
        }

        (await app.ResolveAsync("getListItems", new { listName })).GetArrayLength().Should().Be(2);
    }

    [Theory]
    [InlineData("getListItemByIndex")]
    [InlineData("updateListItem")]
    [InlineData("removeListItemByIndex")]
    [InlineData("patchListItem")]
    public async Task Name_and_index_are_required(string function)
    {
        string listName = await ListAsync(1);
        await app.RefusesAsync(function, new { listName, data = new { }, patch = new { } }, "index");
        await app.RefusesAsync(function, new { index = 0, data = new { }, patch = new { } }, "listName");
    }

    [Fact]
    public async Task An_update_needs_data_that_is_an_object_of_at_most_16_KiB()
    {
        string listName = await ListAsync(1);
        await app.RefusesAsync("updateListItem", new { listName, index = 0 }, "data");
        await app.RefusesAsync("updateListItem", new { listName, index = 0, data = (object[])[1] }, "data");
        await app.RefusesAsync("updateListItem", new { listName, index = 0, data = new { a = new string('x', 16 * 1024) } }, "data", 413);
        (await app.ResolveAsync("getListItemByIndex", new { listName, index = 0 })).Text("revision").Should().Be("0");
    }

    [Fact]
    public async Task An_update_sets_or_clears_or_keeps_when_an_item_expires()
    {
        string listName = await ListAsync(1);
        (await app.ResolveAsync("updateListItem", new { listName, index = 0, data = new { a = 1 }, ttl = 700 })).SecondsToLive().Should().Be(700);

        JsonElement kept = await app.ResolveAsync("updateListItem", new { listName, index = 0, data = new { a = 2 }, ttl = "keep" });
        kept.GetProperty("dateExpires").ValueKind.Should().Be(JsonValueKind.String);

        (await app.ResolveAsync("updateListItem", new { listName, index = 0, data = new { a = 3 } })).SecondsToLive().Should().BeNull();
        await app.RefusesAsync("updateListItem", new { listName, index = 0, data = new { a = 4 }, ttl = 31_536_001 }, "ttl");
    }

    [Theory]
    [InlineData("updateListItem")]
    [InlineData("removeListItemByIndex")]
    public async Task An_outdated_revision_is_refused(string function)
    {
        string listName = await ListAsync(1);
        JsonElement current = await app.ResolveAsync("updateListItem", new { listName, index = 0, data = new { a = 1 } });
        (await app.FailAsync(function, new { listName, index = 0, data = new { a = 2 }, ifMatch = "0" })).Status.Should().Be(412);
        (await app.ResolveAsync("getListItemByIndex", new { listName, index = 0 })).GetRawText().Should().Be(current.GetRawText());

        await app.ResolveAsync(function, new { listName, index = 0, data = new { a = 2 }, ifMatch = current.Text("revision") });
    }

    [Theory]
    [InlineData("List", "listName")]
    [InlineData("Map", "mapName")]
    [InlineData("Stream", "streamName")]
    public async Task When_an_object_expires_is_set_and_cleared(string kind, string nameParameter)
    {
        string name = Calls.NewName();
        JsonElement created = await app.ResolveAsync($"create{kind}", new Dictionary<string, object> { [nameParameter] = name });
        created.SecondsToLive().Should().BeNull();

        JsonElement updated = await app.ResolveAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = 3600 });
        updated.SecondsToLive().Should().Be(3600);
        updated.Text("sid").Should().Be(created.Text("sid"));
        (await app.ResolveAsync($"get{kind}", new Dictionary<string, object> { [nameParameter] = name })).SecondsToLive().Should().Be(3600);

        (await app.ResolveAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = "31536000" }))
            .SecondsToLive().Should().Be(31_536_000);
        (await app.ResolveAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = 0 })).SecondsToLive().Should().BeNull();

        await app.ResolveAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = 60 });
        (await app.ResolveAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name })).SecondsToLive().Should().BeNull();
    }

    [Theory]
    [InlineData("List", "listName")]
    [InlineData("Map", "mapName")]
    [InlineData("Stream", "streamName")]
    public async Task An_invalid_time_to_live_is_refused(string kind, string nameParameter)
    {
        string name = Calls.NewName();
        await app.ResolveAsync($"create{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = 600 });
        foreach (object ttl in (object[])[-1, 1.5, 31_536_001, "soon", "keep", "", true])
        {
            await app.RefusesAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = name, ["ttl"] = ttl }, "ttl");
        }

        await app.RefusesAsync($"update{kind}", new { ttl = 5 }, nameParameter);
        (await app.FailAsync($"update{kind}", new Dictionary<string, object> { [nameParameter] = Calls.NewName(), ["ttl"] = 5 })).Status.Should().Be(404);
        (await app.ResolveAsync($"get{kind}", new Dictionary<string, object> { [nameParameter] = name })).SecondsToLive().Should().Be(600);
    }

    [Fact]
    public async Task Items_show_their_revision_as_an_ETag()
    {
        string listName = await ListAsync(2);
        using HttpResponseMessage response = await app.QueryAsync(HttpMethod.Get, "getListItemByIndex", ("listName", listName), ("index", "1"));
        response.Headers.ETag!.Tag.Should().Be("\"1\"");
    }

    private async Task<string> ListAsync(int items)
    {
        string listName = Calls.NewName();
        await app.ResolveAsync("createList", new { listName });
        for (int i = 0; i < items; i++)
        {
            await app.ResolveAsync("addListItem", new { listName, data = new { i } });
        }

        return listName;
    }
}
