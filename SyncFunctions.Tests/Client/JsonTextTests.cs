using System.Text;
using System.Text.Json;

using SyncFunctions.Client;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Client;

/// <summary>Data that others wrote into Sync is read unchanged, whatever it is.</summary>
public sealed class JsonTextTests(FakeTwilio twilio) : IClassFixture<FakeTwilio>
{
    // 16 KiB of brackets.
    private static readonly string Deep = $$"""{"a":{{new string('[', 8_180)}}{{new string(']', 8_180)}} }""";

    private readonly TestApp app = twilio.App;

    public static TheoryData<string> Texts =>
    [
        "{}", "{ }", """{ "a" : 1.0 ,"a":1e400,"\ud800":"\ud800","b":[ 1 , {"é":"\u00e9\/"} ] }""", "[ 1 ]", "[]", "\"\\u0041é\"", "\"\"", "1.50", "-0", "true", "null", "{\"a\":\"]}\\\"\"}",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Data_is_returned_byte_for_byte_alone_and_in_a_page(string data)
    {
        twilio.Answer(200, FakeTwilio.Document.Replace("""{"a":1}""", data, StringComparison.Ordinal));
        (await app.ResolveAsync("getDocument", new { docName = "d" })).Raw("data").Should().Be(data);

        twilio.Answer(200, FakeTwilio.Page(FakeTwilio.Item.Replace("""{"a":1}""", data, StringComparison.Ordinal), null));
        (await app.ResolveAsync("getListItems", new { listName = "l" }))[0].Raw("data").Should().Be(data);
    }

    [Fact]
    public async Task A_page_of_data_that_is_nested_as_deep_as_can_be_is_read_byte_for_byte()
    {
        twilio.Answer(200, FakeTwilio.Page(string.Join(',', Enumerable.Repeat(Item(Deep), 100)), null));

        using HttpResponseMessage all = await app.CallAsync("getListItems", new { listName = "l" });
        string body = await all.Content.ReadAsStringAsync();
        using HttpResponseMessage some = await app.CallAsync("getListItems", new { listName = "l", key = "a" });
        using HttpResponseMessage page = await app.CallAsync("queryListItems", new { listName = "l" });

        body.Split($"\"data\":{Deep},").Should().HaveCount(101);
        (await some.Content.ReadAsStringAsync()).Should().Be(body);
        (await page.Content.ReadAsStringAsync()).Should().Be($$"""{"items":{{body}},"nextPageToken":null}""");
    }

    [Fact]
    public async Task Deep_data_is_changed_beside_its_depth()
    {
        string data = Deep.Replace("}", ""","n":1}""", StringComparison.Ordinal);
        twilio.Answer(200, FakeTwilio.Document.Replace("""{"a":1}""", data, StringComparison.Ordinal));

        using HttpResponseMessage incremented = await app.CallAsync("incrementDocument", new { docName = "d", path = "/n" });
        string increment = Form(twilio.Requests[^1].Body);
        using HttpResponseMessage patched = await app.CallAsync("patchDocument", new { docName = "d", patch = new { n = 3 } });
        string patch = Form(twilio.Requests[^1].Body);

        increment.Should().Be(data.Replace(" ,\"n\":1", ",\"n\":2", StringComparison.Ordinal));
        patch.Should().Be(data.Replace(" ,\"n\":1", ",\"n\":3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2,"b":3}""", "a,b", 1)]
    [InlineData("""{"a":1,"a":2,"b":3}""", "a,a,b", 0)]
    [InlineData("""{"\u0061":1,"a":2}""", "a", 1)]
    [InlineData("""{"\ud800":1}""", "a", 0)]
    [InlineData("""["a"]""", "a", 0)]
    public async Task A_lists_items_are_found_by_the_keys_that_readers_see(string data, string key, int count)
    {
        twilio.Answer(200, FakeTwilio.Page(Item(data), null));

        (await app.ResolveAsync("getListItems", new { listName = "l", key })).GetArrayLength().Should().Be(count);
    }

    [Theory]
    [InlineData("patchListItem", "list_sid", "\"list_sid\":\"\"")]
    [InlineData("patchListItem", "list_sid", "\"other\":1")]
    [InlineData("patchMapItem", "map_sid", "\"map_sid\":null")]
    [InlineData("patchMapItem", "map_sid", "\"map_sid\":\"..\"")]
    public async Task An_item_that_belongs_to_nothing_cannot_be_changed(string function, string member, string replacement)
    {
        string sid = member == "list_sid" ? "ES00000000000000000000000000000001" : "MP00000000000000000000000000000001";
        twilio.Answer(200, FakeTwilio.Item.Replace($"\"{member}\":\"{sid}\"", replacement, StringComparison.Ordinal));

        Problem problem = await app.FailAsync(function, new { listName = "l", mapName = "m", index = 3, key = "k", patch = new { n = 1 } });

        problem.Should().BeEquivalentTo(new { Status = 502, Detail = "Sync's answer could not be read." });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[],"meta":{}}""")]
    [InlineData("""{"items":[],"meta":null}x""")]
    [InlineData("""{"items":[],"meta":{"next_page_url":5}}""")]
    [InlineData("""{"items":{},"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":null,"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":[null],"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":[5],"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":[{}],"meta":{"next_page_url":null}}""")]
    [InlineData("""{"items":[],"meta":{"next_page_url":null}""")]
    [InlineData("""{"items":[],"meta":{"next_page_url":null}} {}""")]
    [InlineData("""{"items":[],"meta":{"next_page_url":null},}""")]
    public async Task An_invalid_page_cannot_be_read(string body)
    {
        twilio.Answer(200, body);

        Problem problem = await app.FailAsync("getListItems", new { listName = "l" });

        problem.Should().BeEquivalentTo(new { Status = 502, Detail = "Sync's answer could not be read." });
    }

    [Fact]
    public void Members_and_elements_are_those_of_the_text()
    {
        JsonText text = new(Encoding.UTF8.GetBytes(""" { "a" : [ 1 , {"b":2} ] , "\u0061":{ } } """));

        text.Members()!.Select(member => (member.Name, Encoding.UTF8.GetString(member.QuotedName.Span), member.Value.GetRawText(), member.IsRead))
            .Should().Equal(("a", "\"a\"", """[ 1 , {"b":2} ]""", false), ("a", "\"\\u0061\"", "{ }", true));
        text.Members()![0].Value.Elements().Select(element => element.GetRawText()).Should().Equal("1", """{"b":2}""");
        text.Members()![0].Value.Members().Should().BeNull();
        text.Invoking(whole => whole.Elements()).Should().Throw<JsonException>();
        default(JsonText).GetRawText().Should().Be("null");
        default(JsonText).Members().Should().BeNull();
    }

    private static string Item(string data) => FakeTwilio.Item.Replace("""{"a":1}""", data, StringComparison.Ordinal);

    private static string Form(string body) =>
        Uri.UnescapeDataString(body.Split('&').Single(field => field.StartsWith("Data=", StringComparison.Ordinal))["Data=".Length..].Replace('+', ' '));
}
