using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary><c>addListItems</c>: several items in one call.</summary>
public sealed class BatchTests(AppFixture fixture, FakeTwilio twilio) : IClassFixture<AppFixture>, IClassFixture<FakeTwilio>
{
    private readonly TestApp app = fixture.App;
    private readonly string listName = Calls.NewName();

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Items_are_added_in_their_order_by_a_request_each(int count)
    {
        await app.ResolveAsync("createList", new { listName });
        int before = app.Sync.Count;

        JsonElement added = await app.ResolveAsync("addListItems", new { listName, items = Enumerable.Range(0, count).Select(n => new { n }), ttl = 60 });

        (app.Sync.Count - before).Should().Be(count);
        added.EnumerateArray().Select(item => item.GetProperty("data").GetProperty("n").GetInt32()).Should().Equal(Enumerable.Range(0, count));
        added.EnumerateArray().Select(item => item.GetProperty("index").GetInt64()).Should().BeInAscendingOrder();
        added.EnumerateArray().Should().OnlyContain(item => item.SecondsToLive() == 60);
        (await app.ResolveAsync("getListItems", new { listName })).GetRawText().Should().Be(added.GetRawText());
    }

    [Fact]
    public async Task Data_stay_byte_for_byte_and_come_by_a_form_too()
    {
        await app.ResolveAsync("createList", new { listName });
        const string Items = """[{"n":1.0e0,"é":"\u00e9"},{}, { "a" : [ 1 ] } ]""";

        await app.PostJsonAsync("addListItems", $$"""{"listName":"{{listName}}","items":{{Items}}}""").ResolvedAsync();
        await app.PostFormAsync("addListItems", ("listName", listName), ("items", Items)).ResolvedAsync();

        (await app.ResolveAsync("getListItems", new { listName })).EnumerateArray().Select(item => item.Raw("data")).Should().Equal(
            """{"n":1.0e0,"é":"\u00e9"}""", "{}", """{ "a" : [ 1 ] }""", """{"n":1.0e0,"é":"\u00e9"}""", "{}", """{ "a" : [ 1 ] }""");
    }

    [Theory]
    [InlineData("5", 400)]
    [InlineData("null", 400)]
    [InlineData("\"{}\"", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"a":1,"a":2}""", 400)]
    [InlineData("""{"a":"\ud800"}""", 400)]
    [InlineData("large", 413)]
    [InlineData("deep", 400)]
    public async Task An_item_that_cannot_be_stored_is_refused_by_its_place_and_nothing_is_added(string item, int status)
    {
        await app.ResolveAsync("createList", new { listName });
        string text = item switch
        {
            "large" => Answers.DataOfSize((16 * 1024) + 1),
            "deep" => $"{string.Concat(Enumerable.Repeat("{\"a\":", 65))}1{new string('}', 65)}",
            _ => item,
        };
        int before = app.Sync.Count;

        await app.RefusesJsonAsync("addListItems", $$"""{"listName":"{{listName}}","items":[{},{"a":1},{},{{text}},5]}""", "items[3]", status);

        app.Sync.Count.Should().Be(before);
    }

    [Fact]
    public async Task An_item_may_be_as_large_and_as_deep_as_data_may_be()
    {
        await app.ResolveAsync("createList", new { listName });
        string deep = $"{string.Concat(Enumerable.Repeat("{\"a\":", 64))}1{new string('}', 64)}";

        await app.PostJsonAsync("addListItems", $$"""{"listName":"{{listName}}","items":[{{Answers.DataOfSize(16 * 1024)}},{{deep}}]}""").ResolvedAsync();
    }

    [Fact]
    public async Task A_list_that_is_not_there_is_not_found_and_nothing_was_added()
    {
        using HttpResponseMessage response = await app.CallAsync("addListItems", new { listName, items = new object[] { new { }, new { } } });

        JsonElement problem = await ProblemAsync(response);
        problem.GetProperty("status").GetInt32().Should().Be(404);
        problem.GetProperty("code").GetInt32().Should().Be(20404);
        problem.GetProperty("added").GetInt32().Should().Be(0);
    }

    [Theory]
    [InlineData(404, 404)]
    [InlineData(400, 400)]
    [InlineData(500, 502)]
    public async Task The_first_failure_ends_it_and_reports_how_many_were_added(int status, int expected)
    {
        twilio.Answer((context, count) => count <= 3
            ? FakeTwilio.SendAsync(context, 200, FakeTwilio.Item)
            : FakeTwilio.SendAsync(context, status, FakeTwilio.Error(status, 20000 + status)));

        using HttpResponseMessage response = await twilio.App.CallAsync("addListItems", new { listName, items = Enumerable.Range(0, 10).Select(n => new { n }) });

        JsonElement problem = await ProblemAsync(response);
        problem.GetProperty("status").GetInt32().Should().Be(expected);
        problem.GetProperty("added").GetInt32().Should().Be(3);
        twilio.Requests.Should().HaveCount(4, "no item is tried after the one that failed, nor that one again");
    }

    [Fact]
    public async Task Other_failures_say_nothing_of_items() =>
        (await ProblemAsync(await app.CallAsync("getList", new { listName }))).TryGetProperty("added", out _).Should().BeFalse();

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
