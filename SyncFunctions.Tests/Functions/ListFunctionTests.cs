using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class ListFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;
    private readonly string name = Calls.NewName();

    [Fact]
    public async Task A_list_is_created_read_found_and_removed()
    {
        JsonElement created = await app.ResolveAsync("createList", new { listName = name });
        string sid = created.Text("sid");

        (await app.ResolveAsync("getList", new { listName = name })).GetRawText().Should().Be(created.GetRawText());
        (await app.ResolveAsync("searchList", new { listName = name })).GetString().Should().Be(sid);
        (await app.ResolveAsync("removeList", new { listName = name })).GetString().Should().Be("deleted");
        (await app.FailAsync("getList", new { listName = name })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
    }

    [Fact]
    public async Task A_list_has_the_fields_of_Twilios_helper_libraries()
    {
        using HttpResponseMessage response = await app.CallAsync("createList", new { listName = name });
        JsonElement list = await Task.FromResult(response).ResolvedAsync();

        list.Members().Should().BeEquivalentTo(
            "sid", "uniqueName", "accountSid", "serviceSid", "url", "links", "revision", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        list.Text("sid").Should().MatchRegex("^ES[0-9a-f]{32}$");
        list.Text("uniqueName").Should().Be(name);
        list.Text("url").Should().EndWith($"/Lists/{list.Text("sid")}");
        list.GetProperty("links").Members().Should().BeEquivalentTo("items", "permissions");
        list.Text("createdBy").Should().Be("system");
        list.SecondsToLive().Should().BeNull();
        response.Headers.ETag!.Tag.Should().Be($"\"{list.Text("revision")}\"");
    }

    [Fact]
    public async Task A_list_item_has_the_fields_of_Twilios_helper_libraries()
    {
        JsonElement list = await app.ResolveAsync("createList", new { listName = name });
        using HttpResponseMessage response = await app.CallAsync("addListItem", new { listName = name, data = new { a = 1 } });
        JsonElement item = await Task.FromResult(response).ResolvedAsync();

        item.Members().Should().BeEquivalentTo(
            "index", "accountSid", "serviceSid", "listSid", "url", "revision", "data", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        item.GetProperty("index").GetInt32().Should().Be(0);
        item.Text("accountSid").Should().Be("AC" + new string('0', 32));
        item.Text("serviceSid").Should().Be("IS" + new string('0', 32));
        item.Text("listSid").Should().Be(list.Text("sid"));
        item.Text("url").Should().EndWith($"/Lists/{list.Text("sid")}/Items/0");
        item.Raw("data").Should().Be("""{"a":1}""");
        response.Headers.ETag!.Tag.Should().Be($"\"{item.Text("revision")}\"");

        JsonElement items = await app.ResolveAsync("getListItems", new { listName = name });
        items.EnumerateArray().Single().GetRawText().Should().Be(item.GetRawText());
    }

    [Fact]
    public async Task A_list_takes_its_parameters_from_a_form_or_the_query()
    {
        (await app.PostFormAsync("createList", ("listName", name), ("ttl", "60")).ResolvedAsync()).SecondsToLive().Should().Be(60);
        await app.PostFormAsync("addListItem", ("listName", name), ("data", """{"a":1}""")).ResolvedAsync();
        await app.PostJsonAsync($"addListItem?listName={name}", """{"data":{"b":2}}""").ResolvedAsync();

        (await app.QueryAsync(HttpMethod.Get, "getList", ("listName", name)).ResolvedAsync()).Text("uniqueName").Should().Be(name);
        (await app.QueryAsync(HttpMethod.Get, "searchList", ("LISTNAME", name)).ResolvedAsync()).GetString().Should().StartWith("ES");
        Data(await app.QueryAsync(HttpMethod.Get, "getListItems", ("listName", name), ("key", "b")).ResolvedAsync()).Should().Equal("""{"b":2}""");
        (await app.QueryAsync(HttpMethod.Delete, "removeListItems", ("listName", name), ("key", "b")).ResolvedAsync()).GetString().Should().Be("1 item(s) deleted.");
        (await app.QueryAsync(HttpMethod.Delete, "removeList", ("listName", name)).ResolvedAsync()).GetString().Should().Be("deleted");
    }

    [Fact]
    public async Task Items_data_comes_back_byte_for_byte()
    {
        await app.ResolveAsync("createList", new { listName = name });
        await app.PostJsonAsync("addListItem", $$"""{"listName":"{{name}}","data":{{DocumentFunctionTests.AwkwardData}}}""").ResolvedAsync();

        Data(await app.ResolveAsync("getListItems", new { listName = name })).Should().Equal(DocumentFunctionTests.AwkwardData);
    }

    [Fact]
    public async Task A_name_is_given_once_only()
    {
        await app.ResolveAsync("createList", new { listName = name });

        (await app.FailAsync("createList", new { listName = name })).Should().BeEquivalentTo(new { Status = 409, Code = 54301 });
    }

    [Fact]
    public async Task A_missing_resource_is_not_found()
    {
        (await app.ResolveAsync("searchList", new { listName = name })).GetString().Should().Be("");
        foreach (string function in (string[])["getList", "removeList", "getListItems", "getListItem", "removeListItems", "removeListItem", "addListItem"])
        {
            (await app.FailAsync(function, new { listName = name, key = "a", data = new { } })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 }, function);
        }

        (await app.FailAsync("removeListById", new { listId = "ES" + new string('f', 32) })).Status.Should().Be(404);
        (await app.ResolveAsync("searchList", new { listName = name })).GetString().Should().BeEmpty("an item must not create its list");
    }

    [Fact]
    public async Task A_list_is_removed_by_its_SID_with_its_items()
    {
        string sid = (await app.ResolveAsync("createList", new { listName = name })).Text("sid");
        await app.ResolveAsync("addListItem", new { listName = name, data = new { } });

        (await app.QueryAsync(HttpMethod.Delete, "removeListById", ("listId", sid)).ResolvedAsync()).GetString().Should().Be("deleted");

        await app.ResolveAsync("createList", new { listName = name });
        (await app.ResolveAsync("getListItems", new { listName = name })).GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("ET")]
    [InlineData("MP")]
    public async Task A_SID_of_something_else_removes_nothing(string prefix)
    {
        string sid = (await app.ResolveAsync("createList", new { listName = name })).Text("sid");

        Problem problem = await app.FailAsync("removeListById", new { listId = prefix + sid[2..] });

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "listId" });
        (await app.ResolveAsync("searchList", new { listName = name })).GetString().Should().Be(sid);
    }

    [Fact]
    public async Task Items_are_found_by_the_keys_of_their_data()
    {
        await AddAsync("""{"a":1}""", """{"a":1,"b":2}""", """{"b":2,"a":1}""", """{"a":{"b":3}}""", "{}", """{"A":1}""", """{"a,b":1}""");

        Data(await ItemsAsync(null)).Should().HaveCount(7);
        Data(await ItemsAsync("a")).Should().Equal("""{"a":1}""", """{"a":{"b":3}}""");
        Data(await ItemsAsync("a,b")).Should().Equal("""{"a":1,"b":2}""", """{"a,b":1}""");
        Data(await ItemsAsync("b,a")).Should().Equal("""{"b":2,"a":1}""");
        Data(await ItemsAsync("A")).Should().Equal("""{"A":1}""");
        Data(await ItemsAsync("c")).Should().BeEmpty();
        Data(await ItemsAsync("a, b")).Should().BeEmpty();

        Task<JsonElement> ItemsAsync(string? key) => app.ResolveAsync("getListItems", new { listName = name, key });
    }

    [Fact]
    public async Task A_key_is_compared_as_it_is_read_and_not_as_it_is_escaped()
    {
        await AddAsync("""{"\u00e9\"":1}""", """{"é\u0022":2}""");

        (await app.ResolveAsync("getListItems", new { listName = name, key = "é\"" })).GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task Exactly_the_items_with_the_keys_are_removed()
    {
        await AddAsync("""{"x":0}""", """{"a":1,"b":1}""", """{"x":2}""", """{"b":3,"a":3}""", """{"a":4,"b":4}""", """{"x":5}""");

        (await app.ResolveAsync("removeListItems", new { listName = name, key = "a,b" })).GetString().Should().Be("2 item(s) deleted.");

        JsonElement left = await app.ResolveAsync("getListItems", new { listName = name });
        Indexes(left).Should().Equal(0, 2, 3, 5);
        Data(left).Should().Equal("""{"x":0}""", """{"x":2}""", """{"b":3,"a":3}""", """{"x":5}""");
        (await app.ResolveAsync("removeListItems", new { listName = name, key = "a,b" })).GetString().Should().Be("0 item(s) deleted.");
    }

    [Fact]
    public async Task Items_are_removed_if_the_indexes_do_not_begin_at_zero()
    {
        await AddAsync("""{"x":0}""", """{"x":1}""");
        await app.ResolveAsync("removeListItems", new { listName = name, key = "x" });
        await AddAsync("""{"y":0}""", """{"x":1}""", """{"y":2}""");
        int[] indexes = Indexes(await app.ResolveAsync("getListItems", new { listName = name }));
        indexes.Should().BeInAscendingOrder().And.OnlyContain(index => index > 1);

        (await app.ResolveAsync("removeListItems", new { listName = name, key = "y" })).GetString().Should().Be("2 item(s) deleted.");

        JsonElement left = await app.ResolveAsync("getListItems", new { listName = name });
        Indexes(left).Should().Equal(indexes[1]);
        Data(left).Should().Equal("""{"x":1}""");
    }

    [Fact]
    public async Task Items_are_not_removed_without_a_key()
    {
        await AddAsync("""{"a":1}""");

        foreach (string function in (string[])["removeListItems", "removeListItem"])
        {
            (await app.FailAsync(function, new { listName = name })).Should().BeEquivalentTo(new { Status = 400, Parameter = "key" });
            (await app.QueryAsync(HttpMethod.Delete, function, ("listName", name), ("key", "")).FailedAsync())
                .Should().BeEquivalentTo(new { Status = 400, Parameter = "key" });
        }

        (await app.ResolveAsync("getListItems", new { listName = name })).GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task The_names_of_the_librarys_README_do_the_same()
    {
        await AddAsync("""{"a":1}""", """{"b":1}""", """{"a":2}""");

        Data(await app.ResolveAsync("getListItem", new { listName = name })).Should().HaveCount(3);
        Data(await app.QueryAsync(HttpMethod.Get, "getListItem", ("listName", name), ("key", "a")).ResolvedAsync()).Should().Equal("""{"a":1}""", """{"a":2}""");
        (await app.QueryAsync(HttpMethod.Delete, "removeListItem", ("listName", name), ("key", "a")).ResolvedAsync()).GetString().Should().Be("2 item(s) deleted.");
        Data(await app.ResolveAsync("getListItem", new { listName = name })).Should().Equal("""{"b":1}""");
    }

    [Fact]
    public async Task Items_of_many_pages_are_read_and_removed_in_the_order_of_their_indexes()
    {
        await app.ResolveAsync("createList", new { listName = name });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 260),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => await app.PostJsonAsync("addListItem", $$$"""{"listName":"{{{name}}}","data":{"{{{(i % 2 == 0 ? "even" : "odd")}}}":{{{i}}}}}""").ResolvedAsync());

        JsonElement items = await app.ResolveAsync("getListItems", new { listName = name });
        Indexes(items).Should().Equal(Enumerable.Range(0, 260));
        Data(items).Should().OnlyHaveUniqueItems();
        Indexes(await app.ResolveAsync("getListItems", new { listName = name, key = "odd" })).Should().HaveCount(130).And.BeInAscendingOrder();

        (await app.ResolveAsync("removeListItems", new { listName = name, key = "even" })).GetString().Should().Be("130 item(s) deleted.");
        Data(await app.ResolveAsync("getListItems", new { listName = name })).Should().HaveCount(130).And.OnlyContain(data => data.Contains("odd"));
    }

    [Fact]
    public async Task Lists_and_items_expire()
    {
        (await app.ResolveAsync("createList", new { listName = name, ttl = 1000 })).SecondsToLive().Should().Be(1000);
        (await app.ResolveAsync("addListItem", new { listName = name, data = new { short_lived = 1 }, ttl = 100 })).SecondsToLive().Should().Be(100);
        (await app.ResolveAsync("addListItem", new { listName = name, data = new { a = 1 }, ttl = 0 })).SecondsToLive().Should().BeNull();
        (await app.ResolveAsync("addListItem", new { listName = name, data = new { b = 1 } })).SecondsToLive().Should().BeNull();

        fixture.Time.Advance(TimeSpan.FromSeconds(101));
        Data(await app.ResolveAsync("getListItems", new { listName = name })).Should().Equal("""{"a":1}""", """{"b":1}""");

        fixture.Time.Advance(TimeSpan.FromSeconds(1000));
        (await app.FailAsync("getListItems", new { listName = name })).Status.Should().Be(404);
    }

    [Theory]
    [InlineData("createList")]
    [InlineData("addListItem")]
    public async Task A_new_object_has_no_expiry_to_keep(string function)
    {
        (await app.FailAsync(function, new { listName = name, data = new { }, ttl = "keep" })).Should().BeEquivalentTo(new { Status = 400, Parameter = "ttl" });
        (await app.ResolveAsync("searchList", new { listName = name })).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_is_removed_only_at_the_revision_that_was_given()
    {
        JsonElement list = await app.ResolveAsync("createList", new { listName = name });
        (await app.FailAsync("removeList", new { listName = name, ifMatch = "999" })).Status.Should().Be(412);
        (await app.FailAsync("removeListById", new { listId = list.Text("sid"), ifMatch = "999" })).Status.Should().Be(412);
        (await app.SendAsync(HttpMethod.Delete, $"removeList?listName={name}", null, ("If-Match", "\"999\"")).FailedAsync()).Status.Should().Be(412);

        using HttpResponseMessage current = await app.CallAsync("getList", new { listName = name });
        (await app.SendAsync(HttpMethod.Delete, $"removeList?listName={name}", null, ("If-Match", current.Headers.ETag!.ToString())).ResolvedAsync())
            .GetString().Should().Be("deleted");
    }

    private async Task AddAsync(params string[] items)
    {
        if ((await app.ResolveAsync("searchList", new { listName = name })).GetString() == "")
        {
            await app.ResolveAsync("createList", new { listName = name });
        }

        foreach (string data in items)
        {
            await app.PostJsonAsync("addListItem", $$"""{"listName":"{{name}}","data":{{data}}}""").ResolvedAsync();
        }
    }

    private static string[] Data(JsonElement items) => [.. items.EnumerateArray().Select(item => item.Raw("data"))];

    private static int[] Indexes(JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetProperty("index").GetInt32())];
}
