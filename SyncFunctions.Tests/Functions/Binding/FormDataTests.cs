using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions.Binding;

/// <summary>Webhooks as callers: a form's own fields are the data.</summary>
public sealed class FormDataTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    // A status callback of a call, with the fields and in the order that Twilio sends them.
    private static readonly (string Name, string Value)[] StatusCallback =
    [
        ("Called", "+14155551212"), ("ToState", "CA"), ("CallerCountry", "US"), ("Direction", "outbound-api"),
        ("Timestamp", "Sun, 22 Nov 2026 03:00:00 +0000"), ("CallbackSource", "call-progress-events"), ("SipResponseCode", "200"),
        ("CallerState", ""), ("ToZip", "94949"), ("SequenceNumber", "3"), ("CallSid", "CA1234567890abcdef1234567890abcdef"),
        ("To", "+14155551212"), ("CallerZip", ""), ("ToCountry", "US"), ("CalledZip", "94949"), ("ApiVersion", "2010-04-01"),
        ("CalledCity", "SAN FRANCISCO"), ("CallStatus", "completed"), ("Duration", "1"), ("From", "+14158675309"), ("CallDuration", "12"),
        ("AccountSid", "AC00000000000000000000000000000000"), ("CalledCountry", "US"), ("CallerCity", "Zürich \"Mitte\" 😀\r\n\t\\/<&>"),
    ];

    private readonly TestApp app = fixture.App;

    [Fact]
    public async Task A_status_callback_is_stored_with_exactly_its_fields_in_their_order()
    {
        string listName = Calls.NewName();
        await app.ResolveAsync("createList", new { listName });
        JsonElement item = await app.PostFormAsync($"addListItem?listName={listName}", StatusCallback).ResolvedAsync();
        Fields(item).Should().Equal(StatusCallback);

        JsonElement[] stored = [.. (await app.ResolveAsync("getListItems", new { listName })).EnumerateArray()];
        Fields(stored.Should().ContainSingle().Subject).Should().Equal(StatusCallback);
    }

    [Theory]
    [InlineData("createDocument", "docName")]
    [InlineData("openDocument", "docName")]
    [InlineData("updateDocument", "docName")]
    [InlineData("addListItem", "listName")]
    [InlineData("updateListItem", "listName")]
    [InlineData("setMapItem", "mapName")]
    [InlineData("publishStreamMessage", "streamName")]
    public async Task Every_function_that_takes_data_takes_the_fields_of_a_form(string function, string nameParameter)
    {
        string name = await PrepareAsync(function);
        (string, string)[] parameters = [(nameParameter, name), ("key", "a key"), ("index", "0")];
        JsonElement resource = await app.PostFormAsync($"{function}?{Calls.Encode(parameters)}", StatusCallback).ResolvedAsync();
        Fields(resource).Should().Equal(StatusCallback);
    }

    [Fact]
    public async Task Parameters_in_the_form_are_no_part_of_the_data()
    {
        string mapName = Calls.NewName();
        await app.ResolveAsync("createMap", new { mapName, service = "second" });
        JsonElement item = await app.PostFormAsync(
            "setMapItem", ("CallSid", "CA1"), ("MAPNAME", mapName), ("Key", "k"), ("ttl", "600"), ("service", "second"), ("CallStatus", "ringing"))
            .ResolvedAsync();
        item.Text("key").Should().Be("k");
        item.SecondsToLive().Should().Be(600);
        item.Text("serviceSid").Should().Be(ServicesFixture.SecondSid);
        item.Raw("data").Should().Be("""{"CallSid":"CA1","CallStatus":"ringing"}""");
    }

    [Fact]
    public async Task Parameters_of_other_functions_are_data()
    {
        string listName = await PrepareAsync("addListItem");
        JsonElement item = await app.PostFormAsync($"addListItem?listName={listName}", ("docName", "d"), ("index", "1"), ("identity", "i")).ResolvedAsync();
        item.Raw("data").Should().Be("""{"docName":"d","index":"1","identity":"i"}""");
    }

    [Fact]
    public async Task Fields_of_the_query_are_no_part_of_the_data()
    {
        string listName = await PrepareAsync("addListItem");
        JsonElement item = await app.PostFormAsync($"addListItem?listName={listName}&extra=1", ("a", "1")).ResolvedAsync();
        item.Raw("data").Should().Be("""{"a":"1"}""");
    }

    [Fact]
    public async Task A_field_that_is_repeated_becomes_an_array()
    {
        string docName = Calls.NewName();
        JsonElement document = await app.PostFormAsync(
            $"createDocument?docName={docName}", ("MediaUrl", "one"), ("From", "x"), ("MediaUrl", "two"), ("mediaurl", "other"), ("MediaUrl", "one"))
            .ResolvedAsync();
        document.Raw("data").Should().Be("""{"MediaUrl":["one","two","one"],"From":"x","mediaurl":"other"}""");
    }

    [Fact]
    public async Task A_field_without_a_value_is_an_empty_text()
    {
        string docName = Calls.NewName();
        JsonElement document = await app.PostFormAsync($"createDocument?docName={docName}", "Body=&NumMedia&x=1").ResolvedAsync();
        document.Raw("data").Should().Be("""{"Body":"","NumMedia":"","x":"1"}""");
    }

    [Fact]
    public async Task A_data_field_is_used_as_JSON_and_the_others_are_ignored()
    {
        string docName = Calls.NewName();
        JsonElement document = await app.PostFormAsync(
            $"createDocument?docName={docName}", ("CallSid", "CA1"), ("Data", """{"n":1.0,"s":"a+b c"}""")).ResolvedAsync();
        document.Raw("data").Should().Be("""{"n":1.0,"s":"a+b c"}""");
    }

    [Theory]
    [InlineData("data=")]
    [InlineData("data=x")]
    [InlineData("data=%5B1%5D")]
    [InlineData("data=%7B%7D&data=%7B%7D")]
    [InlineData("data=null")]
    public async Task A_data_field_that_is_not_an_object_is_refused(string form)
    {
        string docName = Calls.NewName();
        Problem problem = await app.PostFormAsync($"createDocument?docName={docName}", $"CallSid=CA1&{form}").FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
        (await app.ResolveAsync("searchDocument", new { docName })).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_form_without_another_field_has_no_data()
    {
        string listName = await PrepareAsync("addListItem");
        Problem form = await app.PostFormAsync("addListItem", ("listName", listName), ("ttl", "5")).FailedAsync();
        form.Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
        Problem nothing = await app.PostFormAsync($"addListItem?listName={listName}", "").FailedAsync();
        nothing.Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
        (await app.ResolveAsync("getListItems", new { listName })).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_JSON_body_must_name_data()
    {
        string listName = await PrepareAsync("addListItem");
        await app.RefusesAsync("addListItem", new { listName, CallSid = "CA1", CallStatus = "completed" }, "data");
        Problem inQuery = await app.PostJsonAsync($"addListItem?listName={listName}", """{"CallSid":"CA1"}""").FailedAsync();
        inQuery.Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
        (await app.ResolveAsync("getListItems", new { listName })).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_form_may_have_16_KiB_of_data_and_no_byte_more()
    {
        string docName = Calls.NewName();
        int room = (16 * 1024) - """{"Body":""}""".Length;
        JsonElement document = await app.PostFormAsync("createDocument", ("docName", docName), ("Body", new string('x', room))).ResolvedAsync();
        document.Raw("data").Should().HaveLength(16 * 1024);

        Problem problem = await app.PostFormAsync("updateDocument", ("docName", docName), ("Body", new string('x', room + 1))).FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 413, Parameter = "data" });
        Problem message = await app.PostFormAsync($"publishStreamMessage?streamName={await PrepareAsync("publishStreamMessage")}", ("Body", new string('x', 5000)))
            .FailedAsync();
        message.Should().BeEquivalentTo(new { Status = 413, Parameter = "data" });
    }

    [Fact]
    public async Task A_parameter_that_is_given_twice_is_refused()
    {
        Problem problem = await app.PostFormAsync("addListItem", "listName=a&listname=b&x=1").FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "listName" });
    }

    private static IEnumerable<(string Name, string Value)> Fields(JsonElement resource) =>
        resource.GetProperty("data").EnumerateObject().Select(member => (member.Name, member.Value.GetString()!));

    // What a function that takes data needs to be there.
    private async Task<string> PrepareAsync(string function)
    {
        string name = Calls.NewName();
        switch (function)
        {
            case "updateDocument":
                await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
                break;
            case "addListItem" or "updateListItem":
                await app.ResolveAsync("createList", new { listName = name });
                break;
            case "setMapItem":
                await app.ResolveAsync("createMap", new { mapName = name });
                break;
            case "publishStreamMessage":
                await app.ResolveAsync("createStream", new { streamName = name });
                break;
            default:
                break;
        }

        if (function == "updateListItem")
        {
            await app.ResolveAsync("addListItem", new { listName = name, data = new { } });
        }

        return name;
    }
}
