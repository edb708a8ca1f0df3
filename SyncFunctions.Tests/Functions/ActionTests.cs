using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>Queues of actions in documents, without configured types.</summary>
public sealed class ActionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp app = fixture.App;
    private readonly string docName = Calls.NewName();

    [Fact]
    public async Task Actions_are_taken_in_the_order_in_which_they_were_added()
    {
        await OpenAsync();
        JsonElement first = await AddAsync("extension.stopSession", """{"redirectURL":"https://example.com/é","n":1.50,"big":12345678901234567890}""");
        first.Members().Should().Equal("added", "revision");
        first.Text("revision").Should().Be("1");
        string id = first.GetProperty("added")[0].Text("id");
        Guid.TryParse(id, out _).Should().BeTrue();
        first.GetProperty("added")[0].GetRawText().Should().Be(
            $$"""{"id":"{{id}}","action":"stopSession","executor":"extension","redirectURL":"https://example.com/é","n":1.50,"big":12345678901234567890}""");

        JsonElement added = await app.ResolveAsync("addActions", new
        {
            docName,
            actions = new object[]
            {
                new { actionType = "extension.a" },
                new { actionType = "onboarding.b", additionalInfo = new { x = 1 } },
                new { actionType = "extension.c", additionalInfo = (object?)null },
            },
        });
        added.GetProperty("added").EnumerateArray().Select(action => action.Text("action")).Should().Equal("a", "b", "c");

        JsonElement taken = await TakeAsync("extension", max: 2);
        taken.Members().Should().Equal("actions", "remaining");
        Names(taken).Should().Equal("stopSession", "a");
        taken.GetProperty("actions")[0].GetRawText().Should().Be(first.GetProperty("added")[0].GetRawText());
        taken.GetProperty("remaining").GetInt32().Should().Be(1);
        Names(await TakeAsync("onboarding")).Should().Equal("b");
        Names(await TakeAsync("extension")).Should().Equal("c");
        (await TakeAsync("extension")).GetRawText().Should().Be("""{"actions":[],"remaining":0}""");
        (await TakeAsync("nobody")).GetRawText().Should().Be("""{"actions":[],"remaining":0}""");
    }

    [Fact]
    public async Task What_the_queues_do_not_touch_stays_byte_for_byte()
    {
        await OpenAsync("""{ "student" : "Ann", "n":1.0 }""");
        await AddAsync("x.a", "{}");
        string queued = (await DataAsync())!;
        queued.Should().StartWith("""{ "student" : "Ann", "n":1.0,"xActions":[{"id":""");
        await TakeAsync("x", takeId: "one");
        (await DataAsync()).Should().StartWith("""{ "student" : "Ann", "n":1.0,"xActions":[]""");
    }

    [Fact]
    public async Task The_same_take_gives_the_same_actions_and_another_the_next()
    {
        await OpenAsync();
        await AddManyAsync(5);
        JsonElement one = await TakeAsync("x", max: 2, takeId: "one");
        one.GetProperty("remaining").GetInt32().Should().Be(3);
        (await TakeAsync("x", max: 2, takeId: "one")).GetRawText().Should().Be(one.GetRawText());
        Numbers(await TakeAsync("x", max: 5, takeId: "one")).Should().Equal(0, 1);
        Numbers(await TakeAsync("x", takeId: "two")).Should().Equal(2);
        (await TakeAsync("x", takeId: "one")).GetProperty("remaining").GetInt32().Should().Be(2);
        Numbers(await TakeAsync("x")).Should().Equal(3);
        Numbers(await TakeAsync("x", max: 9, takeId: "three")).Should().Equal(4);
        Numbers(await TakeAsync("x", takeId: "two")).Should().Equal(2);

        // One that found nothing may find something later.
        (await TakeAsync("x", takeId: "four")).GetRawText().Should().Be("""{"actions":[],"remaining":0}""");
        await AddManyAsync(1);
        Numbers(await TakeAsync("x", takeId: "four")).Should().Equal(0);
    }

    [Fact]
    public async Task A_take_belongs_to_one_executor()
    {
        await OpenAsync();
        await AddAsync("x.a", "{}");
        await AddAsync("y.a", "{}");
        await TakeAsync("x", takeId: "one");
        (await app.FailAsync("takeActions", new { docName, executor = "y", takeId = "one" })).Should().BeEquivalentTo(new { Status = 409, Parameter = "takeId" });
        Names(await TakeAsync("y", takeId: "two")).Should().Equal("a");
    }

    [Fact]
    public async Task A_full_document_takes_no_more_and_can_be_emptied()
    {
        await OpenAsync();
        string text = new('x', 900);
        int added = 0;
        Problem? full = null;
        while (full is null)
        {
            using HttpResponseMessage response = await app.CallAsync("addAction", new { docName, actionType = "x.a", additionalInfo = new { n = added, text } });
            if (!response.IsSuccessStatusCode)
            {
                full = await Problem.ReadAsync(response);
                break;
            }

            added++;
        }

        full.Should().BeEquivalentTo(new { Status = 413, Parameter = "additionalInfo" });
        added.Should().BeInRange(10, 13);
        string before = (await DataAsync())!;
        (await app.FailAsync("addActions", new { docName, actions = new object[] { new { actionType = "x.small" }, new { actionType = "x.a", additionalInfo = new { text } } } }))
            .Should().BeEquivalentTo(new { Status = 413, Parameter = "actions" });
        (await DataAsync()).Should().Be(before, "nothing may be added");
        (await app.FailAsync("addAction", new { docName, actionType = "x.a", additionalInfo = new { text = new string('x', 17_000) } })).Status.Should().Be(413);

        // Each take can be repeated although the document is full, and frees the space of the actions that were taken.
        for (int n = 0; n < added; n++)
        {
            Numbers(await TakeAsync("x", takeId: $"take-{n}")).Should().Equal(n);
            Numbers(await TakeAsync("x", takeId: $"take-{n}")).Should().Equal(n);
        }

        for (int n = 0; n < added - 1; n++)
        {
            await AddAsync("x.a", $$"""{"n":{{n}},"text":"{{text}}"}""");
        }

        Numbers(await TakeAsync("x", takeId: $"take-{added - 1}")).Should().Equal([added - 1], "the last take is kept");

        // No more than 4 KiB at a time.
        List<int> emptied = [];
        for (int take = 0; emptied.Count < added - 1; take++)
        {
            int[] taken = [.. Numbers(await TakeAsync("x", max: 100, takeId: $"all-{take}"))];
            taken.Should().HaveCountLessThanOrEqualTo(4);
            Numbers(await TakeAsync("x", max: 100, takeId: $"all-{take}")).Should().Equal(taken);
            emptied.AddRange(taken);
        }

        emptied.Should().Equal(Enumerable.Range(0, added - 1));
    }

    [Fact]
    public async Task One_large_action_keeps_others_out_for_a_minute_at_most()
    {
        await OpenAsync();
        string text = new('x', 12_000);
        await AddAsync("x.a", $$"""{"n":0,"text":"{{text}}"}""");
        Numbers(await TakeAsync("x", takeId: "one")).Should().Equal(0);
        await AddAsync("x.a", """{"n":1}""");
        (await app.FailAsync("addAction", new { docName, actionType = "x.a", additionalInfo = new { text } })).Status.Should().Be(413);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync("x.a", $$"""{"n":2,"text":"{{text}}"}""");
        Numbers(await TakeAsync("x", max: 2)).Should().Equal(1, 2);
    }

    [Fact]
    public async Task No_more_than_a_hundred_takes_are_kept()
    {
        await OpenAsync();
        for (int n = 0; n < 110; n += 10)
        {
            await AddManyAsync(10);
            for (int i = 0; i < 10; i++)
            {
                await TakeAsync("x", takeId: $"t{n + i}");
            }
        }

        using JsonDocument data = JsonDocument.Parse((await DataAsync())!);
        JsonElement[] takes = [.. data.RootElement.GetProperty("$takes").EnumerateArray()];
        takes.Where(take => take.ValueKind == JsonValueKind.String).Select(take => take.GetString()).Should().Equal(Enumerable.Range(0, 10).Select(n => $"t{n}"));
        takes.Skip(10).Select(take => take.Text("takeId")).Should().Equal(Enumerable.Range(10, 100).Select(n => $"t{n}"));

        // A call that is so late must not count as a new one.
        await AddManyAsync(1);
        (await app.FailAsync("takeActions", new { docName, executor = "x", takeId = "t9" })).Should().BeEquivalentTo(new { Status = 410, Parameter = "takeId" });
        Numbers(await TakeAsync("x", takeId: "t10")).Should().Equal(0);
        Numbers(await TakeAsync("x", takeId: "t110")).Should().Equal([0], "it is still there");
    }

    [Fact]
    public async Task A_document_that_others_have_filled_keeps_its_actions()
    {
        await OpenAsync();
        await AddManyAsync(3);
        string queue = (await DataAsync())![1..^1];
        string filler = new('x', 16_384 - queue.Length - "{\"text\":\"\",}".Length);
        await app.PostJsonAsync("updateDocument", $$$"""{"docName":"{{{docName}}}","data":{"text":"{{{filler}}}",{{{queue}}}}}""").ResolvedAsync();

        (await app.FailAsync("takeActions", new { docName, executor = "x", takeId = "one" })).Should().BeEquivalentTo(new { Status = 413, Parameter = "takeId" });
        Numbers(await TakeAsync("x", max: 3)).Should().Equal(0, 1, 2);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(".x")]
    [InlineData("x.")]
    [InlineData("x.y.z")]
    [InlineData("x y.z")]
    [InlineData("é.x")]
    public async Task An_invalid_type_is_refused(string actionType)
    {
        await OpenAsync();
        await app.RefusesAsync("addAction", new { docName, actionType }, "actionType");
        Problem problem = await app.FailAsync("addActions", new { docName, actions = new[] { new { actionType = "x.y" }, new { actionType } } });
        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "actions[1].actionType" });
        problem.Detail.Should().StartWith("actions[1].actionType must be");
        (await DataAsync()).Should().Be("{}");
    }

    [Theory]
    [InlineData("""[5]""", "actions[0]")]
    [InlineData("""[{}]""", "actions[0].actionType")]
    [InlineData("""[{"actionType":5}]""", "actions[0].actionType")]
    [InlineData("""[{"actionType":"x.y","additionalInfo":[]}]""", "actions[0].additionalInfo")]
    [InlineData("""[{"actionType":"x.y","additionalInfo":{"id":1}}]""", "actions[0].additionalInfo.id")]
    [InlineData("""[{"actionType":"x.y","additionalInfo":{"action":1}}]""", "actions[0].additionalInfo.action")]
    [InlineData("""[{"actionType":"x.y"},{"actionType":"x.y","additionalInfo":{"executor":1}}]""", "actions[1].additionalInfo.executor")]
    public async Task An_action_of_another_form_is_refused_by_its_place(string actions, string parameter)
    {
        await OpenAsync();
        Problem problem = await app.PostJsonAsync("addActions", $$"""{"docName":"{{docName}}","actions":{{actions}}}""").FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = parameter });
        problem.Detail.Should().StartWith(parameter);
        (await DataAsync()).Should().Be("{}");
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("true")]
    public async Task A_queue_that_is_something_else_is_a_conflict(string value)
    {
        string data = $$"""{"xActions":{{value}}}""";
        await OpenAsync(data);
        (await app.FailAsync("addAction", new { docName, actionType = "x.y" })).Should().BeEquivalentTo(new { Status = 409, Parameter = "actionType" });
        Problem inArray = await app.FailAsync("addActions", new { docName, actions = new[] { new { actionType = "y.y" }, new { actionType = "x.y" } } });
        inArray.Should().BeEquivalentTo(new { Status = 409, Parameter = "actions[1].actionType" });
        (await app.FailAsync("takeActions", new { docName, executor = "x" })).Should().BeEquivalentTo(new { Status = 409, Parameter = "executor" });
        (await DataAsync()).Should().Be(data);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("[5]")]
    [InlineData("[{}]")]
    [InlineData("[[]]")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("""[{"takeId":5,"executor":"x","at":1,"actions":[]}]""")]
    [InlineData("""[{"takeId":"a","executor":"x","at":1e99,"actions":[]}]""")]
    [InlineData("""[{"takeId":"a","executor":"x","at":999999999999999,"actions":[]}]""")]
    [InlineData("""[{"takeId":"a","executor":"x","at":1,"actions":{}}]""")]
    [InlineData("""[{"takeId":"\ud800","executor":"x","at":1,"actions":[]}]""")]
    public async Task Foreign_data_in_the_place_of_the_takes_is_a_conflict(string takes)
    {
        string data = $$"""{"$takes":{{takes}}}""";
        // What the functions would not write.
        using HttpRequestMessage creation = new(HttpMethod.Post, new Uri(app.Emulator.Url, "/v1/Services/default/Documents"))
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("UniqueName", docName), KeyValuePair.Create("Data", data)]),
        };
        creation.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"AC{new string('0', 32)}:{new EmulatorOptions().AuthToken}")));
        (await app.Http.SendAsync(creation)).EnsureSuccessStatusCode();

        (await app.FailAsync("addAction", new { docName, actionType = "x.y" })).Should().BeEquivalentTo(new { Status = 409, Parameter = "docName" });
        (await app.FailAsync("takeActions", new { docName, executor = "x", takeId = "a" })).Should().BeEquivalentTo(new { Status = 409, Parameter = "docName" });
    }

    [Fact]
    public async Task A_document_that_is_not_there_is_not_found()
    {
        (await app.FailAsync("addAction", new { docName, actionType = "x.y" })).Status.Should().Be(404);
        (await app.FailAsync("takeActions", new { docName, executor = "x" })).Status.Should().Be(404);
    }

    [Fact]
    public async Task Forms_can_add_and_take()
    {
        await OpenAsync();
        await app.PostFormAsync("addAction", ("docName", docName), ("actionType", "x.y"), ("additionalInfo", """{"n":7}""")).ResolvedAsync();
        await app.PostFormAsync("addActions", ("docName", docName), ("actions", """[{"actionType":"x.y","additionalInfo":{"n":8}}]""")).ResolvedAsync();
        Numbers(await app.PostFormAsync("takeActions", ("docName", docName), ("executor", "x"), ("max", "2")).ResolvedAsync()).Should().Equal(7, 8);
    }

    [Fact]
    public async Task Without_configured_types_there_are_none() =>
        (await app.ResolveAsync("getActionTypes", new { })).GetRawText().Should().Be("{}");

    [Fact]
    public async Task Each_call_costs_two_requests()
    {
        await OpenAsync();
        int before = app.Sync.Count;
        await AddManyAsync(10);
        app.Sync.Count.Should().Be(before + 2);
        await TakeAsync("x", max: 3, takeId: "one");
        app.Sync.Count.Should().Be(before + 4);
        await TakeAsync("x", max: 3, takeId: "one");
        app.Sync.Count.Should().Be(before + 5, "a repetition changes nothing");
    }

    [Fact]
    public async Task Of_64_takers_at_once_none_gets_what_another_got_and_none_is_lost()
    {
        await OpenAsync();
        await AddManyAsync(100);
        ConcurrentBag<int> got = [];
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async taker =>
        {
            for (int take = 0; ; take++)
            {
                JsonElement taken = await TakeAsync("x", takeId: $"{taker}-{take}");
                if (taken.GetProperty("actions").GetArrayLength() == 0)
                {
                    break;
                }

                got.Add(Numbers(taken).Single());
            }
        }));

        got.Should().BeEquivalentTo(Enumerable.Range(0, 100));
    }

    private Task<JsonElement> OpenAsync(string data = "{}") => app.PostJsonAsync("createDocument", $$"""{"docName":"{{docName}}","data":{{data}}}""").ResolvedAsync();

    private async Task<string?> DataAsync() => (await app.ResolveAsync("getDocument", new { docName })).Raw("data");

    private Task<JsonElement> AddAsync(string actionType, string additionalInfo) =>
        app.PostJsonAsync("addAction", $$"""{"docName":"{{docName}}","actionType":"{{actionType}}","additionalInfo":{{additionalInfo}}}""").ResolvedAsync();

    private Task<JsonElement> AddManyAsync(int count) => app.ResolveAsync(
        "addActions", new { docName, actions = Enumerable.Range(0, count).Select(n => new { actionType = "x.a", additionalInfo = new { n } }) });

    private Task<JsonElement> TakeAsync(string executor, int max = 1, string? takeId = null) =>
        app.ResolveAsync("takeActions", new { docName, executor, max, takeId });

    private static IEnumerable<string> Names(JsonElement taken) => taken.GetProperty("actions").EnumerateArray().Select(action => action.Text("action"));

    private static IEnumerable<int> Numbers(JsonElement taken) =>
        taken.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("n").GetInt32());
}
