using System.Globalization;
using System.Numerics;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary><c>summarizeListItems</c> and <c>summarizeMapItems</c>.</summary>
public sealed class StatisticsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string[] Numbers = ["count", "sum", "min", "max", "mean", "p50", "p95", "p99"];

    private readonly TestApp app = fixture.App;

    [Fact]
    public async Task Numbers_are_summarized_exactly()
    {
        string listName = await ListAsync([.. Enumerable.Range(1, 100).Select(n => $$"""{"ms":{{n}},"team":"{{(n % 2 == 0 ? "even" : "odd")}}"}""")]);

        JsonElement all = await app.ResolveAsync("summarizeListItems", new { listName, path = "ms" });
        all.GetRawText().Should().Be("""{"rows":100,"groups":[],"count":100,"sum":5050,"min":1,"max":100,"mean":50.5,"p50":50,"p95":95,"p99":99}""");

        JsonElement grouped = await app.ResolveAsync("summarizeListItems", new { listName, path = "/ms", where = "ms <= 11", groupBy = "/team" });
        grouped.GetRawText().Should().Be(
            """{"rows":100,"groups":[{"group":"odd","count":6,"sum":36,"min":1,"max":11,"mean":6,"p50":5,"p95":11,"p99":11},{"group":"even","count":5,"sum":30,"min":2,"max":10,"mean":6,"p50":6,"p95":10,"p99":10}],"count":11,"sum":66,"min":1,"max":11,"mean":6,"p50":6,"p95":11,"p99":11}""");
    }

    [Fact]
    public async Task A_map_is_summarized_as_a_list_is()
    {
        string mapName = Calls.NewName();
        await app.ResolveAsync("createMap", new { mapName });
        foreach (int n in (int[])[3, 1, 2])
        {
            await app.ResolveAsync("setMapItem", new { mapName, key = $"k{n}", data = new { call = new { ms = n }, ok = n > 1 } });
        }

        JsonElement summary = await app.ResolveAsync("summarizeMapItems", new { mapName, path = "data.call.ms", groupBy = "ok" });

        summary.GetProperty("sum").GetInt32().Should().Be(6);
        summary.GetProperty("groups").EnumerateArray().Select(group => (group.Raw("group"), group.GetProperty("count").GetInt32())).Should().Equal(("false", 1), ("true", 2));
    }

    [Fact]
    public async Task Sums_are_exact_to_the_last_digit_and_others_as_they_are_written()
    {
        string listName = await ListAsync(
            """{"n":9007199254740993}""", """{"n":0.1}""", """{"n":0.2}""", """{"n":-1e-20}""", """{"n":1e300}""", """{"n":1.50}""");

        JsonElement summary = await app.ResolveAsync("summarizeListItems", new { listName, path = "n" });

        BigInteger expected = (BigInteger.Pow(10, 320) + (new BigInteger(9007199254740993) * BigInteger.Pow(10, 20)) + (18 * BigInteger.Pow(10, 19)) - 1);
        string digits = expected.ToString(CultureInfo.InvariantCulture);
        summary.Raw("sum").Should().Be($"{digits[..^20]}.{digits[^20..]}");
        summary.Raw("min").Should().Be("-1e-20");
        summary.Raw("max").Should().Be("1e300");
        summary.Raw("p50").Should().Be("0.2");
        double.Parse(summary.Raw("mean"), CultureInfo.InvariantCulture).Should().BeApproximately(1e300 / 6, 1e285);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1 2", "1.5")]
    [InlineData("1 1 2", "1.3333333333333333")]
    [InlineData("-1 -1 -3", "-1.6666666666666667")]
    [InlineData("0 0", "0")]
    [InlineData("0.1 0.2", "0.15")]
    [InlineData("1e-300 2e-300", "1.5e-300")]
    [InlineData("1e20 3", "50000000000000000001.5")]
    public async Task The_mean_has_the_precision_of_a_double(string numbers, string expected)
    {
        string listName = await ListAsync([.. numbers.Split(' ').Select(number => $$"""{"n":{{number}}}""")]);

        JsonElement mean = (await app.ResolveAsync("summarizeListItems", new { listName, path = "n" })).GetProperty("mean");

        mean.GetDouble().Should().Be(double.Parse(expected, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Items_without_a_number_do_not_count()
    {
        string listName = await ForeignListAsync("""{"n":"5"}""", """{"n":null}""", """{"n":[1]}""", "{}", """{"n":1e400}""", """{"m":1}""", """{"n":7,"n":8}""", """{"n":{"n":3}}""");

        JsonElement summary = await app.ResolveAsync("summarizeListItems", new { listName, path = "n", groupBy = "m" });
        summary.GetRawText().Should().Be(
            """{"rows":8,"groups":[{"group":null,"count":1,"sum":8,"min":8,"max":8,"mean":8,"p50":8,"p95":8,"p99":8}],"count":1,"sum":8,"min":8,"max":8,"mean":8,"p50":8,"p95":8,"p99":8}""");

        (await app.ResolveAsync("summarizeListItems", new { listName, path = "nowhere.0", groupBy = "m" })).GetRawText().Should().Be(
            """{"rows":8,"groups":[],"count":0,"sum":0,"min":null,"max":null,"mean":null,"p50":null,"p95":null,"p99":null}""");
        (await app.ResolveAsync("summarizeListItems", new { listName, path = "n.n" })).Raw("sum").Should().Be("3");
        (await app.ResolveAsync("summarizeListItems", new { listName, path = "/n/0" })).Raw("sum").Should().Be("1");
    }

    [Fact]
    public async Task Values_that_are_equal_make_one_group_however_they_are_written()
    {
        string[] groups = ["1", "1.0", "10e-1", "\"1\"", "\"\\u0031\"", "true", "null", "[1]", "[1]", "\"null\"", "\"\\ud800\""];
        string listName = await ForeignListAsync([.. groups.Select(group => $$"""{"n":1,"g":{{group}}}"""), """{"n":1}"""]);

        JsonElement summary = await app.ResolveAsync("summarizeListItems", new { listName, path = "n", groupBy = "g" });

        summary.GetProperty("groups").EnumerateArray().Select(group => (group.Raw("group"), group.GetProperty("count").GetInt32())).Should().Equal(
            ("1", 3), ("\"1\"", 2), ("true", 1), ("null", 2), ("[1]", 2), ("\"null\"", 1), ("\"\\ud800\"", 1));
    }

    [Fact]
    public async Task Random_numbers_are_summarized_as_by_sorting_them()
    {
        Random random = new(7);
        int[] numbers = [.. Enumerable.Range(0, 777).Select(_ => random.Next(-1000, 1000))];
        string listName = await ListAsync([.. numbers.Select(n => $$"""{"n":{{n}}}""")]);

        JsonElement summary = await app.ResolveAsync("summarizeListItems", new { listName, path = "n" });

        Array.Sort(numbers);
        Numbers.Select(name => summary.GetProperty(name).GetDouble()).Should().Equal(
            777, numbers.Sum(), numbers[0], numbers[^1], (double)numbers.Sum() / 777, numbers[388], numbers[738], numbers[769]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 1)]
    [InlineData(250, 3)]
    public async Task It_takes_a_request_for_every_hundred_items(int items, int requests)
    {
        string listName = await ListAsync([.. Enumerable.Range(0, items).Select(n => $$"""{"n":{{n}}}""")]);
        int before = app.Sync.Count;

        (await app.ResolveAsync("summarizeListItems", new { listName, path = "n", where = "n > 1000000" })).GetProperty("rows").GetInt32().Should().Be(items);

        (app.Sync.Count - before).Should().Be(requests);
    }

    [Fact]
    public async Task More_than_ten_thousand_items_need_a_job()
    {
        const string listName = "numbers";
        using TemporaryFolder folder = new();
        string seed = folder.File("numbers.ndjson");
        await File.WriteAllLinesAsync(
            seed,
            [
                """{"format":"syncfunctions-snapshot","version":1}""",
                $$"""{"kind":"list","name":"{{listName}}"}""",
                .. Enumerable.Range(0, 10_000).Select(n => $$$"""{"kind":"listItem","data":{"n":{{{n}}}}}"""),
                """{"kind":"end","documents":0,"lists":1,"listItems":10000,"maps":0,"mapItems":0,"streams":0,"permissions":0}""",
            ]);
        await using TestApp seeded = await TestApp.StartAsync(new Dictionary<string, string?> { ["Emulator:SeedFile"] = seed });
        (await seeded.ResolveAsync("summarizeListItems", new { listName, path = "n" })).GetProperty("sum").GetInt32().Should().Be(49_995_000);

        await seeded.ResolveAsync("addListItem", new { listName, data = new { n = 1 } });
        Problem problem = await seeded.FailAsync("summarizeListItems", new { listName, path = "n", where = "n == 1" });

        problem.Should().BeEquivalentTo(new { Status = 413, Parameter = "listName" });
        problem.Detail.Should().Contain("job").And.Contain("summarize");
    }

    [Fact]
    public async Task A_missing_resource_is_not_found()
    {
        (await app.FailAsync("summarizeListItems", new { listName = Calls.NewName(), path = "n" })).Status.Should().Be(404);
        (await app.FailAsync("summarizeMapItems", new { mapName = Calls.NewName(), path = "n" })).Status.Should().Be(404);
    }

    private async Task<string> ListAsync(params string[] items)
    {
        string listName = Calls.NewName();
        await app.ResolveAsync("createList", new { listName });
        foreach (string[] chunk in items.Chunk(100))
        {
            await app.PostJsonAsync("addListItems", $$"""{"listName":"{{listName}}","items":[{{string.Join(',', chunk)}}]}""").ResolvedAsync();
        }

        return listName;
    }

    // Data that the functions would refuse is written with Sync's own API.
    private async Task<string> ForeignListAsync(params string[] items)
    {
        string listName = await ListAsync();
        foreach (string item in items)
        {
            await AddBySyncAsync(listName, item);
        }

        return listName;
    }

    private async Task AddBySyncAsync(string listName, string item)
    {
        using HttpClient sync = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(app.Emulator.Url, $"/v1/Services/default/Lists/{listName}/Items"))
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("Data", item)]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(
            System.Text.Encoding.UTF8.GetBytes("AC00000000000000000000000000000000:0123456789abcdef0123456789abcdef")));
        (await sync.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
