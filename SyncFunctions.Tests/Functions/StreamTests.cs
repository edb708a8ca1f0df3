using System.Text;
using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class StreamTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private const int MaximumMessage = 4 * 1024;

    private readonly TestApp app = fixture.App;

    [Fact]
    public async Task A_stream_is_created_found_and_removed()
    {
        string streamName = Calls.NewName();
        JsonElement created = await app.ResolveAsync("createStream", new { streamName, ttl = 60 });
        created.Members().Should().Equal(
            "sid", "uniqueName", "accountSid", "serviceSid", "url", "links", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        created.Text("sid").Should().MatchRegex("^TO[0-9a-f]{32}$");
        created.SecondsToLive().Should().Be(60);
        created.GetProperty("links").Members().Should().Equal("messages");

        (await app.ResolveAsync("getStream", new { streamName })).GetRawText().Should().Be(created.GetRawText());
        (await app.ResolveAsync("searchStream", new { streamName })).GetString().Should().Be(created.Text("sid"));
        (await app.FailAsync("createStream", new { streamName })).Should().BeEquivalentTo(new { Status = 409, Code = 54301 });

        (await app.ResolveAsync("removeStream", new { streamName })).GetString().Should().Be("deleted");
        (await app.FailAsync("getStream", new { streamName })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
        (await app.FailAsync("removeStream", new { streamName })).Status.Should().Be(404);
        (await app.ResolveAsync("searchStream", new { streamName })).GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_stream_is_removed_by_its_SID()
    {
        string streamName = Calls.NewName();
        string streamId = (await app.ResolveAsync("createStream", new { streamName })).Text("sid");
        (await app.ResolveAsync("removeStreamById", new { streamId })).GetString().Should().Be("deleted");
        (await app.ResolveAsync("searchStream", new { streamName })).GetString().Should().BeEmpty();
        (await app.FailAsync("removeStreamById", new { streamId })).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_SID_of_another_kind_is_refused()
    {
        string streamName = Calls.NewName();
        await app.ResolveAsync("createStream", new { streamName });
        foreach (object streamId in (object[])[streamName, "", "ET" + new string('0', 32), "TO" + new string('0', 31), "TO" + new string('g', 32), 5])
        {
            await app.RefusesAsync("removeStreamById", new { streamId }, "streamId");
        }

        await app.RefusesAsync("removeStreamById", new { }, "streamId");
    }

    [Theory]
    [InlineData("createStream")]
    [InlineData("getStream")]
    [InlineData("searchStream")]
    [InlineData("removeStream")]
    [InlineData("updateStream")]
    [InlineData("publishStreamMessage")]
    public async Task An_invalid_name_is_refused(string function)
    {
        foreach (object streamName in (object[])["", ".", "..", "a\nb", new string('x', 321), "TO" + new string('0', 32), 5])
        {
            await app.RefusesAsync(function, new { streamName, data = new { } }, "streamName");
        }

        await app.RefusesAsync(function, new { data = new { } }, "streamName");
    }

    [Fact]
    public async Task A_message_is_published_as_it_is()
    {
        string streamName = Calls.NewName();
        await app.ResolveAsync("createStream", new { streamName });
        const string Data = """{ "n":1.0, "e":1e5, "s":"\u00e9é😀", "big":123456789012345678901234567890, "z":[ 1,{} ] }""";
        JsonElement message = await app.PostJsonAsync(
            "publishStreamMessage", $$$"""{"streamName":"{{{streamName}}}","data":{{{Data}}}}""").ResolvedAsync();
        message.Members().Should().Equal("sid", "data");
        message.Text("sid").Should().MatchRegex("^TZ[0-9a-f]{32}$");
        message.Raw("data").Should().Be(Data);
    }

    [Fact]
    public async Task A_message_may_have_4_KiB_and_no_byte_more()
    {
        string streamName = Calls.NewName();
        await app.ResolveAsync("createStream", new { streamName });
        string largest = Answers.DataOfSize(MaximumMessage);
        (await PublishAsync(largest).ResolvedAsync()).Raw("data").Should().Be(largest);
        await app.RefusesJsonAsync("publishStreamMessage", Body(Answers.DataOfSize(MaximumMessage + 1)), "data", 413);

        // Bytes are counted, not characters.
        string accents = $$"""{"a":"{{new string('é', (MaximumMessage - 8) / 2)}}"}""";
        Encoding.UTF8.GetByteCount(accents).Should().Be(MaximumMessage);
        (await PublishAsync(accents).ResolvedAsync()).Raw("data").Should().Be(accents);
        await app.RefusesJsonAsync("publishStreamMessage", Body(accents.Replace("\"}", "é\"}", StringComparison.Ordinal)), "data", 413);

        string Body(string data) => $$$"""{"streamName":"{{{streamName}}}","data":{{{data}}}}""";
        Task<HttpResponseMessage> PublishAsync(string data) => app.PostJsonAsync("publishStreamMessage", Body(data));
    }

    [Fact]
    public async Task A_message_must_be_an_object_and_its_stream_must_be_there()
    {
        string streamName = Calls.NewName();
        await app.ResolveAsync("createStream", new { streamName });
        await app.RefusesAsync("publishStreamMessage", new { streamName }, "data");
        foreach (object data in (object[])["text", 5, true, (object[])[1]])
        {
            await app.RefusesAsync("publishStreamMessage", new { streamName, data }, "data");
        }

        (await app.FailAsync("publishStreamMessage", new { streamName = Calls.NewName(), data = new { } })).Should().BeEquivalentTo(
            new { Status = 404, Code = 20404 });
    }
}
