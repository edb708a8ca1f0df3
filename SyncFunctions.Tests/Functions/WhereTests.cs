using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary><c>where</c> of <c>queryListItems</c> and <c>queryMapItems</c>: every match once, in bounded steps.</summary>
public sealed class WhereTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;

    public static TheoryData<bool, string> Ways => new() { { true, "asc" }, { true, "desc" }, { false, "asc" }, { false, "desc" } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_match_comes_once_and_in_order(bool isList, string order)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 430);
        int[] expected = [.. Enumerable.Range(0, 430).Where(i => i % 7 == 3)];
        if (order == "desc")
        {
            Array.Reverse(expected);
        }

        foreach (int? pageSize in (int?[])[null, 1, 10, 61, 62, 100])
        {
            List<Page> pages = await collection.PagesAsync(new() { ["where"] = "rest == 3", ["order"] = order, ["pageSize"] = pageSize });

            pages.SelectMany(page => page.Numbers).Should().Equal(expected, "pageSize is {0}", pageSize);
            pages.Should().OnlyContain(page => page.Numbers.Count <= (pageSize ?? 50));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_condition_goes_with_from_and_bounds(bool isList, string order)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 30);
        foreach (string bounds in (string[])["inclusive", "exclusive"])
        {
            List<Page> pages = await collection.PagesAsync(
                new() { ["where"] = "n >= 5 AND n <= 25", ["order"] = order, ["from"] = collection.Id(12), ["bounds"] = bounds, ["pageSize"] = 4 });

            IEnumerable<int> expected = order == "asc" ? Enumerable.Range(12, 14) : Enumerable.Range(5, 8).Reverse();
            pages.SelectMany(page => page.Numbers).Should().Equal(expected.Where(n => n != 12 || bounds == "inclusive"));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Items_added_and_removed_between_pages_cause_no_gap_and_no_repetition(bool isList, string order)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 60);
        Dictionary<string, object?> query = new() { ["where"] = "rest IN [0, 1, 2, 3]", ["order"] = order, ["pageSize"] = 5 };
        int[] expected = [.. Enumerable.Range(0, 60).Where(i => i % 7 <= 3)];
        List<int> seen = [];
        HashSet<int> removed = [];
        int steps = 0;
        for (string? token = null; ;)
        {
            query["pageToken"] = token;
            Page page = await collection.PageAsync(query);
            seen.AddRange(page.Numbers);
            if (page.Next is null)
            {
                break;
            }

            token = page.Next;
            // The last item that was read, one before it, and one that has not been read yet.
            foreach (int gone in (int[])[seen[^1], seen[^2], expected.Except(seen).Except(removed).ElementAtOrDefault(2)])
            {
                if (gone > 0 && removed.Add(gone))
                {
                    await collection.RemoveAsync(gone);
                }
            }

            await collection.AddAsync(1000 + steps, isLast: order == "asc");
            (++steps).Should().BeLessThan(60);
        }

        seen.Should().OnlyHaveUniqueItems();
        seen.Where(n => n < 1000).Should().BeEquivalentTo(expected.Where(n => seen.Contains(n) || !removed.Contains(n)), "what is there all the time is seen");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_searches_a_thousand_items_and_may_be_short_or_empty(bool isList)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 2150);
        int before = app.Sync.Count;

        Page first = await collection.PageAsync(new() { ["where"] = "n == 1700 OR n == 3" });
        (app.Sync.Count - before).Should().Be(10);
        first.Numbers.Should().Equal(3);

        Page second = await collection.PageAsync(new() { ["where"] = "n == 1700 OR n == 3", ["pageToken"] = first.Next });
        second.Numbers.Should().Equal(1700);
        Page third = await collection.PageAsync(new() { ["where"] = "n == 1700 OR n == 3", ["pageToken"] = second.Next });
        third.Should().BeEquivalentTo(new Page([], null));
        (app.Sync.Count - before).Should().Be(10 + 10 + 2);

        (await collection.PageAsync(new() { ["where"] = "n < 0" })).Should().Match<Page>(page => page.Numbers.Count == 0 && page.Next != null);
        before = app.Sync.Count;
        (await collection.PageAsync(new() { ["where"] = "n >= 0", ["pageSize"] = 100 })).Numbers.Should().HaveCount(100);
        (app.Sync.Count - before).Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_page_has_no_token(bool isList)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 3);

        (await collection.PageAsync(new() { ["where"] = "n >= 0", ["pageSize"] = 3 })).Should().BeEquivalentTo(new Page([0, 1, 2], null));
        (await collection.PageAsync(new() { ["where"] = "n == 1", ["pageSize"] = 1 })).Next.Should().NotBeNull("others follow, which were not looked at");
        (await collection.PageAsync(new() { ["where"] = "n == 9", ["pageSize"] = 1 })).Should().BeEquivalentTo(new Page([], null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_is_valid_with_its_condition_only(bool isList)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 20);
        Page conditional = await collection.PageAsync(new() { ["where"] = "n > 3", ["order"] = "desc", ["pageSize"] = 2 });
        Page plain = await collection.PageAsync(new() { ["pageSize"] = 2 });

        (await collection.PageAsync(new() { ["where"] = "n > 3", ["pageToken"] = conditional.Next, ["pageSize"] = 2 })).Numbers.Should().Equal(17, 16);
        foreach ((string? where, string? token) in ((string?, string?)[])[("n > 4", conditional.Next), (null, conditional.Next), ("n > 3", plain.Next)])
        {
            await app.RefusesAsync(collection.Function, collection.With(new() { ["where"] = where, ["pageToken"] = token }), "where");
        }

        foreach ((string parameter, string value) in ((string, string)[])[("order", "asc"), ("from", collection.Id(3)), ("bounds", "exclusive")])
        {
            await app.RefusesAsync(
                collection.Function, collection.With(new() { ["where"] = "n > 3", ["pageToken"] = conditional.Next, [parameter] = value }), parameter);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_was_changed_does_not_fail_unexpectedly(bool isList)
    {
        Collection collection = await Collection.CreateAsync(app, isList, 5);
        string token = (await collection.PageAsync(new() { ["where"] = "n >= 0", ["pageSize"] = 1 })).Next!;
        for (int i = 0; i < token.Length; i++)
        {
            string changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            using HttpResponseMessage response = await app.CallAsync(collection.Function, collection.With(new() { ["where"] = "n >= 0", ["pageToken"] = changed }));
            ((int)response.StatusCode).Should().BeOneOf([200, 400], "character {0} of the token was changed", i);
        }
    }

    [Fact]
    public async Task An_invalid_condition_is_refused_with_its_position_before_Sync_is_called()
    {
        int before = app.Sync.Count;
        Problem problem = await app.FailAsync("queryListItems", new { listName = "x", where = "n == 1 AND" });

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "where" });
        problem.Detail.Should().StartWith("where cannot be read at character 11: expected a field");
        foreach (string where in (string[])[new string('(', 10_000), new string('a', 100_000)])
        {
            (await app.FailAsync("queryMapItems", new { mapName = "x", where })).Detail.Should().Be("where must not be longer than 4096 characters.");
        }

        app.Sync.Count.Should().Be(before);
    }

    [Fact]
    public async Task Conditions_can_be_in_queries_and_forms_too()
    {
        Collection collection = await Collection.CreateAsync(app, isList: true, 10);
        const string Where = "text CONTAINS \"&+%=#\" AND n > 7";

        foreach (Task<HttpResponseMessage> call in (Task<HttpResponseMessage>[])
            [
                app.QueryAsync(HttpMethod.Get, "queryListItems", ("listName", collection.Name), ("where", Where)),
                app.PostFormAsync("queryListItems", ("listName", collection.Name), ("where", Where)),
            ])
        {
            Page.Of(await call.ResolvedAsync()).Numbers.Should().Equal(8, 9);
        }
    }

    private sealed record Page(IReadOnlyList<int> Numbers, string? Next)
    {
        public static Page Of(JsonElement page) => new(
            [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("data").GetProperty("n").GetInt32())],
            page.GetProperty("nextPageToken").GetString());
    }

    /// <summary>A list or a map whose items are <c>{ "n": 0, "rest": 0, … }</c> and so on; <c>rest</c> is <c>n</c> modulo 7.</summary>
    private sealed class Collection(TestApp app, bool isList, string name)
    {
        private readonly Dictionary<int, string> ids = [];

        public string Name => name;

        public string Function => isList ? "queryListItems" : "queryMapItems";

        private string NameParameter => isList ? "listName" : "mapName";

        public static async Task<Collection> CreateAsync(TestApp app, bool isList, int count)
        {
            Collection collection = new(app, isList, Calls.NewName());
            await app.ResolveAsync(isList ? "createList" : "createMap", collection.With([]));
            if (!isList)
            {
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) => await collection.SetAsync(n, $"k{n:00000}"));
                return collection;
            }

            foreach (int[] batch in Enumerable.Range(0, count).Chunk(100))
            {
                JsonElement added = await app.ResolveAsync("addListItems", new { listName = collection.Name, items = batch.Select(Data) });
                foreach (JsonElement item in added.EnumerateArray())
                {
                    collection.ids[item.GetProperty("data").GetProperty("n").GetInt32()] = item.Raw("index");
                }
            }

            return collection;
        }

        public string Id(int n) => ids[n];

        public async Task AddAsync(int n, bool isLast)
        {
            if (isList)
            {
                ids[n] = (await app.ResolveAsync("addListItem", new { listName = name, data = Data(n) })).Raw("index");
            }
            else
            {
                await SetAsync(n, isLast ? $"z{n}" : $"a{9999 - n:0000}");
            }
        }

        public Task<JsonElement> RemoveAsync(int n) => isList
            ? app.ResolveAsync("removeListItemByIndex", new { listName = name, index = ids[n] })
            : app.ResolveAsync("removeMapItem", new { mapName = name, key = ids[n] });

        public Dictionary<string, object?> With(Dictionary<string, object?> parameters) => new(parameters) { [NameParameter] = name };

        public async Task<Page> PageAsync(Dictionary<string, object?> query) => Page.Of(await app.ResolveAsync(Function, With(query)));

        public async Task<List<Page>> PagesAsync(Dictionary<string, object?> query)
        {
            List<Page> pages = [await PageAsync(query)];
            while (pages[^1].Next is { } next)
            {
                pages.Add(await PageAsync(new(query) { ["pageToken"] = next }));
            }

            return pages;
        }

        private static object Data(int n) => new { n, rest = n % 7, text = "a&+%=#b" };

        private async Task SetAsync(int n, string key)
        {
            lock (ids)
            {
                ids[n] = key;
            }

            await app.ResolveAsync("setMapItem", new { mapName = name, key, data = Data(n) });
        }
    }
}
