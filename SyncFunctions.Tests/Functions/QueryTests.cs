using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class QueryTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private const int Many = 230;

    private readonly TestApp app = fixture.App;

    [Theory]
    [InlineData("Document", "docName")]
    [InlineData("List", "listName")]
    [InlineData("Map", "mapName")]
    [InlineData("Stream", "streamName")]
    public async Task All_objects_of_a_kind_are_paged_through(string kind, string nameParameter)
    {
        string function = $"get{kind}s";
        (await PageAsync(function, new { service = "paged" })).Should().BeEquivalentTo(new { Items = Array.Empty<JsonElement>(), Next = (string?)null });

        string[] sids = await Task.WhenAll(Enumerable.Range(0, Many).Select(async i =>
            (await app.ResolveAsync($"create{kind}", new Dictionary<string, object> { [nameParameter] = $"object {i}", ["service"] = "paged", ["data"] = new { } }))
            .Text("sid")));

        foreach (int? pageSize in (int?[])[null, 7, 100])
        {
            List<Page> pages = await PagesAsync(function, new { service = "paged", pageSize });
            pages.SelectMany(page => page.Items).Select(item => item.Text("sid")).Should().OnlyHaveUniqueItems().And.BeEquivalentTo(sids);
            pages.SkipLast(1).Should().OnlyContain(page => page.Items.Count == (pageSize ?? 50));
        }
    }

    [Fact]
    public async Task Objects_that_are_removed_between_two_pages_make_no_gap()
    {
        const string Function = "getStreams";
        List<string> sids = [];
        for (int i = 0; i < 9; i++)
        {
            sids.Add((await app.ResolveAsync("createStream", new { streamName = $"object {i}", service = "second" })).Text("sid"));
        }

        Page first = await PageAsync(Function, new { service = "second", pageSize = 3 });
        string[] seen = [.. first.Items.Select(item => item.Text("sid"))];
        await app.ResolveAsync("removeStreamById", new { streamId = seen[1], service = "second" });
        await app.ResolveAsync("removeStreamById", new { streamId = seen[2], service = "second" });

        List<Page> rest = await PagesAsync(Function, new { service = "second", pageSize = 3, pageToken = first.Next });
        seen.Concat(rest.SelectMany(page => page.Items).Select(item => item.Text("sid"))).Should().BeEquivalentTo(sids);
    }

    [Fact]
    public async Task List_items_are_read_in_either_order_from_any_index()
    {
        string listName = Calls.NewName();
        await app.ResolveAsync("createList", new { listName });
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => app.ResolveAsync("addListItem", new { listName, data = new { i } })));
        List<long> indexes = [.. Enumerable.Range(0, Many).Select(i => (long)i)];
        foreach (long gap in (long[])[0, 58, 59, 150])
        {
            await app.ResolveAsync("removeListItemByIndex", new { listName, index = gap });
            indexes.Remove(gap);
        }

        foreach (long? from in (long?[])[null, 0, 1, 57, 58, 99, 229, 230, 100_500, long.MaxValue])
        {
            foreach ((string? order, string? bounds, int? pageSize) in Combinations())
            {
                IEnumerable<long> expected = Expected(indexes, order, bounds, from is null ? null : index => index.CompareTo(from.Value));
                List<Page> pages = await PagesAsync("queryListItems", new { listName, order, bounds, from, pageSize });
                pages.SelectMany(page => page.Items).Select(item => item.GetProperty("index").GetInt64())
                    .Should().Equal(expected, "order {0}, from {1}, bounds {2}, pageSize {3}", order, from, bounds, pageSize);
            }
        }
    }

    [Fact]
    public async Task Map_items_are_read_in_either_order_from_any_key()
    {
        string mapName = Calls.NewName();
        await app.ResolveAsync("createMap", new { mapName });
        string[] odd = ["+14155551234", "key.with.dots", "key/with/slashes", "a b", "100%", "a%2Fb", "émoji", "\U0001F600", "\uFF5E", "Z", "?", "#", "&=", "\"\\"];
        List<string> keys = [.. odd, .. Enumerable.Range(0, Many - odd.Length).Select(i => $"key {i:000}")];
        await Task.WhenAll(keys.Select(key => app.ResolveAsync("setMapItem", new { mapName, key, data = new { key } })));
        keys.Sort(string.CompareOrdinal);

        foreach (string? from in (string?[])[null, "+", "+14155551234", "a b", "key 057", "key 057a", "key/with/slashes", "émoji", "\U0001F600", "\uFF5E", "~"])
        {
            foreach ((string? order, string? bounds, int? pageSize) in Combinations())
            {
                IEnumerable<string> expected = Expected(keys, order, bounds, from is null ? null : key => string.CompareOrdinal(key, from));
                List<Page> pages = await PagesAsync("queryMapItems", new { mapName, order, bounds, from, pageSize });
                pages.SelectMany(page => page.Items).Select(item => item.Text("key"))
                    .Should().Equal(expected, "order {0}, from {1}, bounds {2}, pageSize {3}", order, from, bounds, pageSize);
            }
        }
    }

    [Theory]
    [InlineData("queryListItems", "listName", "3")]
    [InlineData("queryMapItems", "mapName", "key 3")]
    public async Task A_page_token_alone_continues_its_query(string function, string nameParameter, string from)
    {
        string name = await FilledAsync(nameParameter, 10);
        Page first = await PageAsync(
            function, new Dictionary<string, object> { [nameParameter] = name, ["order"] = "desc", ["from"] = from, ["bounds"] = "exclusive", ["pageSize"] = 1 });
        first.Items.Single().GetProperty("data").GetProperty("i").GetInt32().Should().Be(2);

        Page second = await PageAsync(function, new Dictionary<string, object?> { [nameParameter] = name, ["pageToken"] = first.Next });
        second.Items.Select(item => item.GetProperty("data").GetProperty("i").GetInt32()).Should().Equal(1, 0);
        second.Next.Should().BeNull();

        // Repeating the same query is allowed; another query is refused.
        Page same = await PageAsync(
            function, new Dictionary<string, object?> { [nameParameter] = name, ["pageToken"] = first.Next, ["order"] = "desc", ["from"] = from, ["bounds"] = "exclusive" });
        same.Items.Should().HaveCount(2);
        foreach ((string parameter, string value) in ((string, string)[])[("order", "asc"), ("from", from == "3" ? "4" : "key 4"), ("bounds", "inclusive")])
        {
            await app.RefusesAsync(
                function, new Dictionary<string, object?> { [nameParameter] = name, ["pageToken"] = first.Next, [parameter] = value }, parameter);
        }
    }

    [Theory]
    [InlineData("queryListItems", "listName")]
    [InlineData("queryMapItems", "mapName")]
    public async Task A_page_token_of_another_collection_is_refused(string function, string nameParameter)
    {
        string name = await FilledAsync(nameParameter, 3);
        string other = await FilledAsync(nameParameter, 3);
        await FilledAsync(nameParameter, 3, "second", name);
        string token = (await PageAsync(function, new Dictionary<string, object> { [nameParameter] = name, ["pageSize"] = 1 })).Next!;

        await app.RefusesAsync(function, new Dictionary<string, object> { [nameParameter] = other, ["pageToken"] = token }, "pageToken");
        await app.RefusesAsync(
            function, new Dictionary<string, object> { [nameParameter] = name, ["service"] = "second", ["pageToken"] = token }, "pageToken");
        await app.RefusesAsync("getLists", new { pageToken = token }, "pageToken");
    }

    [Fact]
    public async Task A_page_token_of_another_kind_or_service_is_refused()
    {
        await app.ResolveAsync("createDocument", new { docName = Calls.NewName(), data = new { } });
        await app.ResolveAsync("createDocument", new { docName = Calls.NewName(), data = new { } });
        string token = (await PageAsync("getDocuments", new { pageSize = 1 })).Next!;

        await app.RefusesAsync("getMaps", new { pageToken = token }, "pageToken");
        await app.RefusesAsync("getDocuments", new { pageToken = token, service = "second" }, "pageToken");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("....")]
    [InlineData("bnVsbA")] // null
    [InlineData("W10")] // []
    [InlineData("e30")] // {}
    [InlineData("WzEsMiwzLDQsNV0")] // [1,2,3,4,5]
    [InlineData("PTeyJrZXkiOjF9")]
    [InlineData(" ")]
    [InlineData("\u00e9")]
    public async Task An_invalid_page_token_is_refused(string pageToken)
    {
        string listName = await FilledAsync("listName", 1);
        string mapName = await FilledAsync("mapName", 1);
        await app.RefusesAsync("queryListItems", new { listName, pageToken }, "pageToken");
        await app.RefusesAsync("queryMapItems", new { mapName, pageToken }, "pageToken");
        foreach (string kind in (string[])["Documents", "Lists", "Maps", "Streams"])
        {
            await app.RefusesAsync($"get{kind}", new { pageToken }, "pageToken");
        }
    }

    [Fact]
    public async Task A_page_token_that_was_changed_does_not_fail_unexpectedly()
    {
        string listName = await FilledAsync("listName", 3);
        string token = (await PageAsync("queryListItems", new { listName, pageSize = 1 })).Next!;
        for (int i = 0; i < token.Length; i++)
        {
            string changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            using HttpResponseMessage response = await app.CallAsync("queryListItems", new { listName, pageToken = changed });
            ((int)response.StatusCode).Should().BeOneOf([200, 400], "character {0} of the token was changed", i);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e1")]
    [InlineData("99999999999")]
    [InlineData("true")]
    [InlineData("\"abc\"")]
    [InlineData("\"\"")]
    [InlineData("\" 5\"")]
    public async Task An_invalid_page_size_is_refused(string pageSize)
    {
        string listName = await FilledAsync("listName", 1);
        string mapName = await FilledAsync("mapName", 1);
        await app.RefusesJsonAsync("queryListItems", $$"""{"listName":"{{listName}}","pageSize":{{pageSize}}}""", "pageSize");
        await app.RefusesJsonAsync("queryMapItems", $$"""{"mapName":"{{mapName}}","pageSize":{{pageSize}}}""", "pageSize");
        foreach (string kind in (string[])["Documents", "Lists", "Maps", "Streams"])
        {
            await app.RefusesJsonAsync($"get{kind}", $$"""{"pageSize":{{pageSize}}}""", "pageSize");
        }
    }

    [Theory]
    [InlineData("queryListItems", "listName")]
    [InlineData("queryMapItems", "mapName")]
    public async Task An_invalid_query_is_refused(string function, string nameParameter)
    {
        string name = await FilledAsync(nameParameter, 1);
        (string Parameter, object Value)[] bad =
        [
            ("order", "ascending"), ("order", "ASC"), ("order", 1), ("order", ""),
            ("bounds", "none"), ("bounds", true), ("bounds", ""),
            ("from", ""), ("from", true),
            .. nameParameter == "listName"
                ? ((string, object)[])[("from", -1), ("from", 1.5), ("from", "abc"), ("from", "99999999999999999999"), ("from", "0x10")]
                : [("from", 5), ("from", new string('k', 321)), ("from", "a\u0000b")],
        ];
        foreach ((string parameter, object value) in bad)
        {
            await app.RefusesAsync(function, new Dictionary<string, object> { [nameParameter] = name, [parameter] = value }, parameter);
        }
    }

    [Theory]
    [InlineData("queryListItems", "listName")]
    [InlineData("queryMapItems", "mapName")]
    public async Task A_collection_that_is_not_there_is_not_found(string function, string nameParameter)
    {
        (await app.FailAsync(function, new Dictionary<string, object> { [nameParameter] = Calls.NewName() })).Should().BeEquivalentTo(
            new { Status = 404, Code = 20404 });
        await app.RefusesAsync(function, new { }, nameParameter);
    }

    [Fact]
    public async Task Queries_are_taken_from_the_query_string_too()
    {
        string listName = await FilledAsync("listName", 5);
        JsonElement page = await app.QueryAsync(
            HttpMethod.Get, "queryListItems", ("listName", listName), ("order", "desc"), ("from", "3"), ("bounds", "exclusive"), ("pageSize", "2"))
            .ResolvedAsync();
        page.Members().Should().Equal("items", "nextPageToken");
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("index").GetInt64()).Should().Equal(2, 1);
    }

    private static IEnumerable<(string? Order, string? Bounds, int? PageSize)> Combinations() =>
        from order in (string?[])[null, "asc", "desc"]
        from bounds in (string?[])[null, "inclusive", "exclusive"]
        from pageSize in (int?[])[null, 100]
        select (order, bounds, pageSize);

    private static IEnumerable<T> Expected<T>(List<T> ascending, string? order, string? bounds, Func<T, int>? compareToFrom)
    {
        bool descending = order == "desc";
        IEnumerable<T> within = ascending.Where(key => compareToFrom?.Invoke(key) switch
        {
            null => true,
            0 => bounds != "exclusive",
            < 0 => descending,
            > 0 => !descending,
        });
        return descending ? within.Reverse() : within;
    }

    // A list or map with items 0, 1, …; their keys are "key 0", "key 1", …
    private async Task<string> FilledAsync(string nameParameter, int count, string service = "default", string? name = null)
    {
        name ??= Calls.NewName();
        bool isList = nameParameter == "listName";
        await app.ResolveAsync(isList ? "createList" : "createMap", new Dictionary<string, object> { [nameParameter] = name, ["service"] = service });
        for (int i = 0; i < count; i++)
        {
            await app.ResolveAsync(
                isList ? "addListItem" : "setMapItem",
                new Dictionary<string, object> { [nameParameter] = name, ["service"] = service, ["key"] = $"key {i}", ["data"] = new { i } });
        }

        return name;
    }

    private async Task<Page> PageAsync(string function, object parameters)
    {
        JsonElement page = await app.ResolveAsync(function, parameters);
        return new Page([.. page.GetProperty("items").EnumerateArray()], page.GetProperty("nextPageToken").GetString());
    }

    private async Task<List<Page>> PagesAsync(string function, object parameters)
    {
        Dictionary<string, JsonElement> first = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(JsonSerializer.Serialize(parameters))!;
        List<Page> pages = [await PageAsync(function, first)];
        while (pages[^1].Next is { } next)
        {
            first["pageToken"] = JsonSerializer.SerializeToElement(next);
            pages.Add(await PageAsync(function, first));
        }

        return pages;
    }

    private sealed record Page(List<JsonElement> Items, string? Next);
}
