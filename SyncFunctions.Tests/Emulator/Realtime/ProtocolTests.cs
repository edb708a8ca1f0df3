using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Emulator.Realtime;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Realtime;

/// <summary>The realtime protocol, with packets that Twilio's clients do not send.</summary>
public sealed class ProtocolTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private static readonly string[] UnreadableMessages =
    [
        "garbage",
        "\r\n",
        "TWILSOCK",
        "TWILSOCK V3.0 ",
        "TWILSOCK V3.0 \r\n\r\n",
        "TWILSOCK V3.0 2\r\n{}",
        "TWILSOCK V2.0 32\r\n{\"method\":\"init\",\"id\":\"TM1\"}    \r\n",
        "twilsock v3.0 28\r\n{\"method\":\"init\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 27\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 29\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 28\r\n{\"method\":\"ping\",\"id\"",
        "TWILSOCK V3.0 -1\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 0\r\n\r\n",
        "TWILSOCK V3.0 2147483647\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 99999999999999999999\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 0x1c\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
        "TWILSOCK V3.0 2\r\n[]\r\n",
        "TWILSOCK V3.0 4\r\nnull\r\n",
        "TWILSOCK V3.0 2\r\n{]\r\n",
        "TWILSOCK V3.0 2\r\n{}\r\n",
    ];

    private static readonly string[] UnreadableHeaders =
    [
        """{"method":"init"}""",
        """{"id":"TM1"}""",
        """{"method":7,"id":"TM1"}""",
        """{"method":"init","id":null}""",
        """{"method":"init","id":{"a":1}}""",
        """{"method":"init","id":"TM1","payload_size":-1}""",
        """{"method":"init","id":"TM1","payload_size":1}""",
        """{"method":"init","id":"TM1","payload_size":0.5}""",
        """{"method":"init","id":"TM1","payload_size":"0"}""",
        """{"method":"init","id":"TM1","payload_size":null}""",
        """{"method":"init","id":"TM1","payload_size":1e99}""",
        """{"method":"\ud800","id":"TM1"}""",
        """{"method":"init","id":"\udc00"}""",
        """{"method":"init","id":"TM1",}""",
        """{"method":"init","id":"TM1"} {}""",
        $$"""{"method":"init","id":"TM1","deep":{{new string('[', 5000)}}{{new string(']', 5000)}}}""",
    ];

    private readonly TestEmulator emulator = shared.Emulator;

    public static TheoryData<string> Unreadable => [.. UnreadableMessages, .. UnreadableHeaders.Select(Packed)];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_message_that_cannot_be_read_ends_the_connection_and_no_other(string message)
    {
        using TwilsockClient bystander = await SubscriberAsync();
        foreach (bool signedIn in new[] { false, true })
        {
            using TwilsockClient client = signedIn ? await TwilsockClient.SignInAsync(emulator) : await TwilsockClient.ConnectAsync(emulator);
            await client.SendAsync(Encoding.UTF8.GetBytes(message));
            await IsRefusedAsync(client);
        }

        await IsServedAsync(bystander);
    }

    [Fact]
    public async Task Text_messages_bytes_that_are_no_text_and_messages_without_end_end_the_connection()
    {
        using TwilsockClient bystander = await SubscriberAsync();
        byte[] notText = TwilsockClient.PacketOf(new { method = "init", id = "TM-" });
        notText[notText.AsSpan().IndexOf((byte)'-')] = 0xff;
        (byte[], WebSocketMessageType)[] messages =
        [
            (TwilsockClient.PacketOf(new { method = "init", id = "TM1" }), WebSocketMessageType.Text),
            (notText, WebSocketMessageType.Binary),
            (new byte[16], WebSocketMessageType.Binary),
            (new byte[1024 * 1024], WebSocketMessageType.Binary),
            (TwilsockClient.PacketOf(new { method = "message", id = "TM1", payload_size = 600_000 }, new byte[600_000]), WebSocketMessageType.Binary),
        ];
        foreach ((byte[] message, WebSocketMessageType type) in messages)
        {
            using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
            await client.SendAsync(message, type);
            await IsRefusedAsync(client);
        }

        await IsServedAsync(bystander);
    }

    [Fact]
    public async Task Messages_may_come_in_fragments_with_spaces_before_the_line_end_and_with_more_behind_them()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        byte[] whole = TwilsockClient.PacketOf(new { id = "TM-a", method = "put_notification_ctx", payload_size = 2 }, "{}"u8.ToArray());
        byte[] spaced = [.. whole.AsSpan(0, whole.AsSpan().IndexOf((byte)'\r')), .. "  "u8, .. whole.AsSpan(whole.AsSpan().IndexOf((byte)'\r')), .. "\r\nmore"u8];
        for (int i = 0; i < spaced.Length; i++)
        {
            await client.SendAsync(spaced.AsMemory(i, 1), end: i == spaced.Length - 1);
        }

        (await client.ReplyAsync("TM-a")).Status.Should().Be(200);
        await client.SendAsync(ReadOnlyMemory<byte>.Empty);
        (await client.RequestAsync("GET", "/v3/Documents/none")).HttpStatus.Should().Be(404);
    }

    [Fact]
    public async Task Before_init_nothing_is_done()
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        foreach (string method in (string[])["message", "update", "put_notification_ctx", "unknown"])
        {
            string id = client.NewId();
            Packet reply = await client.CallAsync(id, new { id, method, payload_size = 0 });
            (reply.Status, reply.ErrorCode).Should().Be((401, 20101));
        }

        await client.SendAsync(new { id = "TM-x", method = "reply", payload_size = 0 });
        (await client.InitAsync("garbage")).Status.Should().Be(401);
        (await client.InitAsync(TwilsockClient.Token(emulator.Options))).Status.Should().Be(200);
        (await client.RequestAsync("POST", "/v3/Documents", new { })).HttpStatus.Should().Be(201);
    }

    [Fact]
    public async Task A_second_init_is_refused_and_changes_nothing()
    {
        using TwilsockClient client = await SubscriberAsync("alice");
        foreach (string token in new[] { TwilsockClient.Token(emulator.Options, "bob"), "garbage" })
        {
            (await client.InitAsync(token)).Status.Should().Be(400);
        }

        Packet created = await client.RequestAsync("POST", "/v3/Documents", new { });
        created.Payload.GetProperty("created_by").GetString().Should().Be("alice");
        await IsServedAsync(client);
    }

    [Fact]
    public async Task Unknown_methods_are_refused_and_unknown_replies_ignored()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string id = client.NewId();
        (await client.CallAsync(id, new { id, method = "unknown", payload_size = 0 })).Status.Should().Be(400);
        foreach (string method in new[] { "reply", "telemetry.v1" })
        {
            await client.SendAsync(new { id = "TM-never-sent", method, status = new { code = 500 }, payload_size = 0 });
        }

        (await client.RequestAsync("GET", "/v3/Documents/none")).HttpStatus.Should().Be(404);
    }

    [Theory]
    [InlineData("""{"id":"TM1","method":"message"}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":null}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":"GET /"}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"path":"/v3/Documents"}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":""}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"v3/Documents/a"}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":[]}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"\ud800"}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a\ud800"}}""", 400, 54008)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Insights/a/Items"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"PATCH","path":"/v3/Documents/a"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a/Items"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Streams/a/Items"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"POST","path":"/v3/Lists/a/Messages"}}""", 404, 20404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Services/IS11111111111111111111111111111111/Documents/a"}}""", 404, 54050)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Lists/a/Items","params":{"PageSize":"no"}}}""", 404, 54300)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"POST","path":"/v4/Subscriptions"}}""", 400, 54008)]
    public async Task A_request_that_makes_no_sense_is_refused(string header, int status, int code)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.SendAsync(Encoding.UTF8.GetBytes(Packed(header)));
        Packet reply = await client.ReplyAsync("TM1");
        (reply.Status, reply.HttpStatus, reply.HttpCode).Should().Be((200, status, code));
    }

    [Theory]
    [InlineData("""{"id":"TM1","method":"message","\ud800":1,"http_request":{"method":"GET","path":"/v3/Documents/a"}}""")]
    [InlineData("""{"\ud800":1,"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a"}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a","\ud800":1}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"me\udc00":1,"method":"GET","path":"/v3/Documents/a"}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a","params":{"\ud800":"1"}}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Lists/halves/Items","params":{"From":"\ud800"}}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Maps/halves/Items","params":{"Key":["\ud800"]}}}""")]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"method":"\ud800","path":"/v3/Documents/a"}}""")]
    public async Task A_request_with_halves_of_characters_is_refused_and_the_connection_stays_open(string header)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        foreach (string kind in (string[])["List", "Map"])
        {
            await client.RequestAsync("POST", $"/v3/{kind}s", new { unique_name = "halves" });
        }

        await client.SendAsync(Encoding.UTF8.GetBytes(Packed(header)));
        Packet reply = await client.ReplyAsync("TM1");
        (reply.Status, reply.HttpStatus, reply.HttpCode).Should().Be((200, 400, 54008));
        await IsServedAsync(client);
    }

    [Theory]
    [InlineData("init", 401)]
    [InlineData("update", 401)]
    [InlineData("unknown", 401)]
    public async Task A_message_whose_header_has_a_name_with_half_a_character_is_answered(string method, int status)
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        await client.SendAsync(Encoding.UTF8.GetBytes(Packed($$$"""{"id":"TM-h","method":"{{{method}}}","\ud800":{"a":[1]}}""")));
        (await client.ReplyAsync("TM-h")).Status.Should().Be(status);
        (await client.InitAsync(TwilsockClient.Token(emulator.Options))).Status.Should().Be(200);
        await IsServedAsync(client);
    }

    [Fact]
    public async Task A_condition_with_half_a_character_does_not_become_none()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", "/v3/Documents", new { data = new { n = 1 } })).Sid;
        const string Body = """{"data":{"n":2}}""";
        string header = $$$"""
            {"id":"TM-c","method":"message","payload_size":{{{Body.Length}}},
            "http_request":{"method":"POST","path":"/v3/Documents/{{{sid}}}","headers":{"If-Match":"\ud800"} } }
            """;
        await client.SendAsync(Encoding.UTF8.GetBytes(Packed(header) + Body));
        Packet reply = await client.ReplyAsync("TM-c");
        (reply.HttpStatus, reply.HttpCode).Should().Be((400, 54008));
        (await client.RequestAsync("GET", $"/v3/Documents/{sid}")).Payload.GetProperty("data").GetRawText().Should().Be("""{"n":1}""");
    }

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"data":{"n":1},"unique_\udc00":1}""")]
    [InlineData("""{"\ud800":1,"data":{"n":1}}""")]
    public async Task A_body_with_halves_of_characters_in_a_name_is_refused(string body)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        Packet reply = await client.RequestAsync("POST", "/v3/Documents", Encoding.UTF8.GetBytes(body));
        (reply.HttpStatus, reply.HttpCode).Should().Be((400, 54008));
    }

    [Theory]
    [InlineData("""[{"\ud800":1,"object_sid":"ET1","object_type":"document"}]""")]
    [InlineData("""[{"object_sid":"ET1","object_type":"document","object_\udc00":1}]""")]
    public async Task A_subscription_with_halves_of_characters_in_a_name_is_refused(string requests)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        byte[] body = Encoding.UTF8.GetBytes($$"""{"action":"establish","correlation_id":1,"requests":{{requests}}}""");
        Packet reply = await client.RequestAsync("POST", "/v4/Subscriptions", body);
        (reply.HttpStatus, reply.HttpCode).Should().Be((400, 54008));
    }

    [Theory]
    [InlineData("""{"identity":"\ud800","data_sync":{}}""", 20106)]
    [InlineData("""{"\ud800":1,"identity":"alice","data_sync":{}}""", 20106)]
    [InlineData("""{"identity":"alice","data_sync":{},"\ud800":1}""", 20106)]
    [InlineData("""{"identity":"alice","data_sync":{"\ud800":1}}""", 20106)]
    [InlineData("""{"identity":"alice","data_sync":{"service_sid":"\ud800"}}""", 20106)]
    [InlineData("""{"identity":"a\u0000b","data_sync":{}}""", 20106)]
    [InlineData("\"\\ud800\"", 20101)]
    public async Task A_token_whose_grants_are_no_text_is_refused(string grants, int code)
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        Packet refused = await client.InitAsync(TwilsockClient.Sign(emulator.Options, Claims(grants)));
        (refused.Status, refused.ErrorCode).Should().Be((401, code));
        (await client.InitAsync(TwilsockClient.Token(emulator.Options))).Status.Should().Be(200);

        string id = client.NewId();
        Packet update = await client.CallAsync(id, new { id, method = "update", token = TwilsockClient.Sign(emulator.Options, Claims(grants)), payload_size = 0 });
        (update.Status, update.ErrorCode).Should().Be((401, code));
        await IsServedAsync(client);
    }

    [Theory]
    [InlineData("iss", 20101, 20103)]
    [InlineData("sub", 20101, 20103)]
    [InlineData("exp", 20101, 20101)]
    [InlineData("\\ud800", 20101, 20101)]
    public async Task A_token_whose_claims_are_no_text_is_refused(string claim, params int[] codes)
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        string claims = Claims("""{"identity":"alice","data_sync":{}}""")[..^1] + $",\"{claim}\":\"\\ud800\"}}";
        Packet refused = await client.InitAsync(TwilsockClient.Sign(emulator.Options, claims));
        refused.Status.Should().Be(401);
        refused.ErrorCode.Should().BeOneOf(codes);
        (await client.InitAsync(TwilsockClient.Token(emulator.Options))).Status.Should().Be(200);
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 401)]
    [InlineData(9000, 401)]
    public async Task An_identity_has_256_characters_at_the_most(int length, int status)
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator);
        Packet reply = await client.InitAsync(TwilsockClient.Token(emulator.Options, new string('i', length)));
        reply.Status.Should().Be(status);
        if (status == 401)
        {
            reply.ErrorCode.Should().Be(20106);
        }
    }

    [Theory]
    [InlineData("""{"id":"TM1","method":"message","extra":{"method":"reply"},"http_request":{"method":"GET","path":"/v3/Documents/a"}}""", 404)]
    [InlineData("""{"extra":[{"method":"reply"}],"id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a"}}""", 404)]
    [InlineData("""{"id":"TM1","method":"message","http_request":{"path":"/v3/Documents/a","method":"reply"}}""", 404)]
    [InlineData("""{"id":"TM1","extra":"\\\"method\":\"reply\\\"","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a"}}""", 404)]
    [InlineData("""{"method":"reply","id":"TM1","method":"message","http_request":{"method":"GET","path":"/v3/Documents/a"}}""", 404)]
    public async Task A_request_in_which_something_else_is_a_reply_is_answered(string header, int status)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        await client.SendAsync(Encoding.UTF8.GetBytes(Packed(header)));
        (await client.ReplyAsync("TM1")).HttpStatus.Should().Be(status);
    }

    [Theory]
    [InlineData("", 201)]
    [InlineData("{}", 201)]
    [InlineData("{", 400)]
    [InlineData("nonsense", 400)]
    [InlineData("""{"unique_name":7}""", 400)]
    [InlineData("""{"unique_name":"\ud800"}""", 400)]
    [InlineData("""{"unique_name":"a\u0000"}""", 400)]
    [InlineData("""{"data":[]}""", 400)]
    [InlineData("""{"data":"text"}""", 400)]
    [InlineData("""{"data":null}""", 400)]
    [InlineData("""{"ttl":-1}""", 400)]
    [InlineData("""{"ttl":"60"}""", 400)]
    [InlineData("""{"ttl":1.5}""", 400)]
    [InlineData("""{"ttl":1e300}""", 400)]
    [InlineData("""{"data":{"lone":"\ud800"}}""", 201)]
    [InlineData("""{"data":{"\ud800":1}}""", 201)]
    [InlineData("""{"data":{"n":1},"data":null}""", 400)]
    [InlineData("""{"data":null,"d\u0061ta":{"n":1}}""", 201)]
    [InlineData("""{"unknown":[[{"a":[]}]],"data":{}}""", 201)]
    [InlineData("""{"data":{}} {}""", 400)]
    [InlineData("""{"data":{},}""", 400)]
    [InlineData("[]", 201)]
    public async Task A_body_is_checked(string body, int status)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        (await client.RequestAsync("POST", "/v3/Documents", Encoding.UTF8.GetBytes(body))).HttpStatus.Should().Be(status);
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_refused()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        foreach (string text in (string[])["{\"data\":{\"a\":\"-\"}}", "{\"unique_name\":\"-\"}"])
        {
            byte[] body = Encoding.ASCII.GetBytes(text);
            body[body.AsSpan().IndexOf((byte)'-')] = 0xff;
            (await client.RequestAsync("POST", "/v3/Documents", body)).HttpStatus.Should().Be(400);
        }
    }

    [Fact]
    public async Task Deep_data_is_kept_and_passed_on_and_bottomless_bodies_are_refused()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        await client.SubscribeAsync(1, [sid], lastEventId: 0);
        await client.EventAsync("subscription_established");
        string deep = $"{string.Concat(Enumerable.Repeat("{\"a\":", 2500))}{{}}{new string('}', 2500)}";
        (await client.RequestAsync("POST", $"/v3/Documents/{sid}", Encoding.ASCII.GetBytes($$"""{"data":{{deep}}}"""))).HttpStatus.Should().Be(200);
        (await client.EventAsync("document_updated")).Event.GetProperty("document_data").GetRawText().Should().Be(deep);

        string deepest = $"{{\"\":{new string('[', 8189)}{new string(']', 8189)}}}";
        (await client.RequestAsync("POST", $"/v3/Documents/{sid}", Encoding.ASCII.GetBytes($$"""{"data":{{deepest}}}"""))).HttpStatus.Should().Be(200);
        (await client.RequestAsync("POST", $"/v3/Documents/{sid}", Encoding.ASCII.GetBytes($$"""{"data":{{deep}}}"""))).HttpStatus.Should().Be(200);

        string bottomless = $"{{\"data\":{new string('[', 200_000)}{new string(']', 200_000)}}}";
        (await client.RequestAsync("POST", $"/v3/Documents/{sid}", Encoding.ASCII.GetBytes(bottomless))).HttpStatus.Should().BeOneOf(400, 413);
        (await client.RequestAsync("GET", $"/v3/Documents/{sid}")).Payload.GetProperty("data").GetRawText().Should().Be(deep);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("unknown")]
    [InlineData("requests")]
    public async Task A_large_and_deep_body_is_refused(string name)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        const int Depth = 8000;
        string numbers = string.Join(',', Enumerable.Repeat('1', 230_000));
        byte[] body = Encoding.ASCII.GetBytes($"{{\"{name}\":{new string('[', Depth)}{numbers}{new string(']', Depth)}}}");
        (await client.RequestAsync("POST", "/v4/Subscriptions", body)).HttpStatus.Should().Be(400);
        await IsServedAsync(client);
    }

    [Fact]
    public async Task A_body_of_a_DELETE_is_not_read_and_values_may_be_arrays_of_one()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", "/v3/Maps", new { })).Sid;
        Dictionary<string, object> absent = new() { ["If-Match"] = (string[])["-1"] };
        (await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } }, absent)).HttpStatus.Should().Be(201);
        (await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } }, absent)).HttpStatus.Should().Be(412);
        Packet page = await client.RequestAsync("GET", $"/v3/Maps/{sid}/Items", parameters: new() { ["Key"] = (string[])["a"] });
        page.Payload.GetProperty("items").GetArrayLength().Should().Be(1);
        (await client.RequestAsync("DELETE", $"/v3/Maps/{sid}", "data_sync"u8.ToArray())).HttpStatus.Should().Be(200);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task A_page_token_alone_continues_its_query_in_either_direction(string order)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = await FilledListAsync(client, 7);
        long[] indexes = order == "asc" ? [0, 1, 2, 3, 4, 5, 6] : [6, 5, 4, 3, 2, 1, 0];
        ItemPage first = await PageAsync(client, sid, new() { ["PageSize"] = "3", ["Order"] = order });
        (first.Indexes, first.Previous).Should().BeEquivalentTo((indexes[..3], (string?)null));
        ItemPage second = await PageAsync(client, sid, new() { ["PageToken"] = first.Next! });
        second.Indexes.Should().Equal(indexes[3..6]);
        ItemPage third = await PageAsync(client, sid, new() { ["PageToken"] = second.Next! });
        (third.Indexes, third.Next).Should().BeEquivalentTo((indexes[6..], (string?)null));

        ItemPage secondAgain = await PageAsync(client, sid, new() { ["PageToken"] = third.Previous! });
        secondAgain.Indexes.Should().Equal(indexes[3..6]);
        (await PageAsync(client, sid, new() { ["PageToken"] = secondAgain.Next! })).Indexes.Should().Equal(indexes[6..]);
        ItemPage firstAgain = await PageAsync(client, sid, new() { ["PageToken"] = secondAgain.Previous! });
        (firstAgain.Indexes, firstAgain.Previous).Should().BeEquivalentTo((indexes[..3], (string?)null));
        (await PageAsync(client, sid, new() { ["PageToken"] = firstAgain.Next!, ["PageSize"] = "1" })).Indexes.Should().Equal(indexes[3]);

        // An item that the token names need not be there any more.
        (await client.RequestAsync("DELETE", $"/v3/Lists/{sid}/Items/{indexes[2]}")).HttpStatus.Should().Be(200);
        (await PageAsync(client, sid, new() { ["PageToken"] = first.Next! })).Indexes.Should().Equal(indexes[3..6]);
    }

    [Fact]
    public async Task A_page_token_that_is_not_of_the_collection_is_refused()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = await FilledListAsync(client, 2);
        string other = (await PageAsync(client, await FilledListAsync(client, 2), new() { ["PageSize"] = "1" })).Next!;
        string rest = (await emulator.GetAsync($"Lists/{sid}/Items?PageSize=1")).Next!.Split("PageToken=")[1];
        foreach (string token in (string[])["next", "previous", "PT", "PT!!!", other, other[..^1], rest])
        {
            Packet reply = await client.RequestAsync("GET", $"/v3/Lists/{sid}/Items", parameters: new() { ["PageToken"] = token });
            (reply.HttpStatus, reply.HttpCode).Should().Be((400, 54453), token);
        }

        (await PageAsync(client, sid, new() { ["PageToken"] = "" })).Indexes.Should().Equal(0, 1);
    }

    [Fact]
    public async Task A_conditional_write_to_a_removed_map_item_fails_its_condition()
    {
        // With 404 a client would conclude that the whole map was removed.
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", "/v3/Maps", new { })).Sid;
        string revision = (await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } })).Payload.GetProperty("revision").GetString()!;
        await client.RequestAsync("DELETE", $"/v3/Maps/{sid}/Items/a");
        Packet reply = await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } }, new() { ["If-Match"] = revision });
        (reply.HttpStatus, reply.HttpCode).Should().Be((412, 54205));
    }

    [Fact]
    public async Task More_subscriptions_than_a_request_may_have_are_refused()
    {
        using TwilsockClient client = await SubscriberAsync();
        var requests = Enumerable.Repeat(new { object_sid = "ET1", object_type = "map" }, 10_000);
        Packet reply = await client.RequestAsync("POST", "/v4/Subscriptions", new { action = "establish", correlation_id = 7, requests });
        (reply.HttpStatus, reply.HttpCode).Should().Be((400, 54419));
        await IsServedAsync(client);
    }

    [Fact]
    public async Task A_connection_has_2000_subscriptions_at_the_most()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        List<string> sids = [];
        foreach (string[] ids in await CreateAsync(client, RealtimeConnection.MaximumSubscriptions + 1))
        {
            sids.AddRange(ids);
        }

        foreach (string[] batch in sids.Take(RealtimeConnection.MaximumSubscriptions).Chunk(1000))
        {
            (await client.SubscribeAsync(1, batch)).HttpStatus.Should().Be(202);
            for (int i = 0; i < batch.Length; i++)
            {
                await client.EventAsync("subscription_established");
            }
        }

        // It may request those that it has again.
        await client.SubscribeAsync(2, [sids[0]]);
        await client.EventAsync("subscription_established");
        await client.SubscribeAsync(3, [sids[^1]]);
        Packet failed = await client.EventAsync("subscription_failed");
        failed.Event.GetProperty("error").GetProperty("code").GetInt32().Should().Be(54419);
        failed.Payload.GetProperty("correlation_id").GetInt64().Should().Be(3);

        await client.SubscribeAsync(4, [sids[0]], action: "cancel");
        await client.EventAsync("subscription_canceled");
        await client.SubscribeAsync(5, [sids[^1]]);
        (await client.EventAsync("subscription_established")).Event.GetProperty("object_sid").GetString().Should().Be(sids[^1]);
    }

    [Fact]
    public async Task Objects_of_unknown_kinds_or_without_a_SID_are_left_out()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        Packet reply = await client.RequestAsync("POST", "/v4/Subscriptions", new
        {
            action = "establish",
            correlation_id = 9_007_199_254_740_991L,
            requests = new object[]
            {
                new { object_type = "live_query" }, new { object_sid = sid, object_type = "planet" }, new { object_type = "document" },
                new { object_sid = 7, object_type = "document" }, new { object_sid = sid, object_type = 7 }, "text", 7,
                new { object_sid = sid, object_type = "document", last_event_id = "none" },
            },
        });
        reply.HttpStatus.Should().Be(202);
        Packet first = await client.FindAsync(packet => packet.Method == "notification");
        (first.EventType, first.Event.GetProperty("object_sid").GetString()).Should().Be(("subscription_established", sid));
        first.Payload.GetProperty("correlation_id").GetInt64().Should().Be(9_007_199_254_740_991L);
    }

    [Fact]
    public async Task A_live_query_without_its_index_or_its_expression_cannot_be_subscribed_to()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        object[] requests =
        [
            new { object_sid = "LQ1", object_type = "live_query" }, new { object_sid = "LQ1", object_type = "live_query", index_name = "x" },
            new { object_sid = "LQ1", object_type = "live_query", query_string = "" }, new { object_sid = "LQ1", object_type = "live_query", index_name = "x", query_string = 7 },
        ];
        await client.RequestAsync("POST", "/v4/Subscriptions", new { action = "establish", correlation_id = 1, requests });
        foreach (object _ in requests)
        {
            JsonElement error = (await client.EventAsync("subscription_failed")).Event.GetProperty("error");
            (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetInt32()).Should().Be((400, 54507));
        }

        (await client.RequestAsync("POST", "/v3/Insights/x/Items", new { })).HttpStatus.Should().Be(400);
        (await client.RequestAsync("GET", "/v3/Insights/x/Items")).HttpStatus.Should().Be(404);
    }

    [Theory]
    [InlineData("document", "ET", 54100)]
    [InlineData("list", "ES", 54150)]
    [InlineData("map", "MP", 54200)]
    [InlineData("stream", "TO", 54250)]
    public async Task Missing_objects_and_objects_of_another_kind_cannot_be_subscribed_to(string type, string prefix, int code)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string other = (await client.RequestAsync("POST", type == "document" ? "/v3/Lists" : "/v3/Documents", new { })).Sid;
        foreach (string sid in new[] { prefix + new string('9', 32), other, "" })
        {
            await client.SubscribeAsync(1, [sid], type);
            JsonElement error = (await client.EventAsync("subscription_failed")).Event.GetProperty("error");
            (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetInt32()).Should().Be((404, code));
        }
    }

    [Fact]
    public async Task Another_service_is_out_of_reach()
    {
        HttpResponseMessage made = await emulator.Http.PostAsync(new Uri("/v1/Services", UriKind.Relative), null);
        string service = (await TestEmulator.JsonAsync(made)).GetProperty("sid").GetString()!;
        using TwilsockClient there = await TwilsockClient.SignInAsync(emulator, service: service);
        using TwilsockClient here = await TwilsockClient.SignInAsync(emulator);
        string sid = (await there.RequestAsync("POST", "/v3/Documents", new { data = new { secret = true } })).Sid;

        foreach (string method in new[] { "GET", "POST", "DELETE" })
        {
            (await here.RequestAsync(method, $"/v3/Services/{service}/Documents/{sid}", new { data = new { } })).HttpStatus.Should().Be(404);
            (await here.RequestAsync(method, $"/v3/Documents/{sid}", new { data = new { } })).HttpStatus.Should().Be(404);
        }

        await here.SubscribeAsync(1, [sid]);
        (await here.EventAsync("subscription_failed")).Event.GetProperty("error").GetProperty("status").GetInt32().Should().Be(404);
        (await there.RequestAsync("GET", $"/v3/Services/{service}/Documents/{sid}")).HttpStatus.Should().Be(200);
    }

    [Fact]
    public async Task Hundreds_of_requests_at_once_are_all_answered()
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        List<string> sids = [.. (await CreateAsync(client, 500)).SelectMany(batch => batch)];
        sids.Should().OnlyHaveUniqueItems().And.HaveCount(500);
    }

    [Theory]
    [InlineData("document", "Documents", "", "document_updated")]
    [InlineData("list", "Lists", "/Items", "list_item_added")]
    [InlineData("map", "Maps", "/Items/a", "map_item_updated")]
    public async Task The_answer_to_a_request_comes_before_the_event_of_its_change(string type, string path, string below, string eventType)
    {
        using TwilsockClient client = await TwilsockClient.SignInAsync(emulator);
        string sid = (await client.RequestAsync("POST", $"/v3/{path}", new { })).Sid;
        if (type == "map")
        {
            await client.RequestAsync("PUT", $"/v3/Maps/{sid}/Items/a", new { data = new { } });
        }

        await client.SubscribeAsync(1, [sid], type, lastEventId: 0);
        await client.EventAsync("subscription_established");
        for (int i = 0; i < 200; i++)
        {
            string id = await client.PostRequestAsync("POST", $"/v3/{path}/{sid}{below}", new { data = new { i } });
            (await client.FindAsync(packet => packet.Id == id || packet.EventType == eventType)).Id.Should().Be(id);
            await client.EventAsync(eventType);
        }
    }

    [Fact]
    public async Task Extensions_subprotocols_and_origins_may_be_offered()
    {
        using TwilsockClient client = await TwilsockClient.ConnectAsync(emulator, options =>
        {
            options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            options.SetRequestHeader("Origin", "http://localhost:5173");
        });
        (await client.InitAsync(TwilsockClient.Token(emulator.Options))).Status.Should().Be(200);
        (await client.RequestAsync("POST", "/v3/Documents", new { data = new { a = new string('a', 10_000) } })).HttpStatus.Should().Be(201);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Without_a_WebSocket_there_is_nothing(string method)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri("/v3/wsconnect", UriKind.Relative));
        (await emulator.Http.SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.UpgradeRequired);
    }

    [Fact]
    public async Task A_silent_client_is_dropped_and_a_signed_in_client_is_pinged()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestEmulator still = await TestEmulator.StartAsync(time);
        using TwilsockClient silent = await TwilsockClient.ConnectAsync(still);
        using TwilsockClient refused = await TwilsockClient.ConnectAsync(still);
        (await refused.InitAsync("garbage")).Status.Should().Be(401);
        using TwilsockClient signedIn = await TwilsockClient.SignInAsync(still, time: time);

        DateTimeOffset started = time.GetUtcNow();
        // The emulator may not have come to the silent one yet.
        Task<Packet?> end = silent.ReceiveAsync();
        for (int i = 0; i < 100 && !end.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(end, Task.Delay(100));
        }

        // Three minutes before the end of an hour.
        time.Advance(started + TimeSpan.FromMinutes(58) - time.GetUtcNow());

        Packet? last = await end;
        (last is null || last.Method == "ping").Should().BeTrue();
        (await LastAsync(refused)).Should().BeNull();
        (await signedIn.FindAsync(packet => packet.Method == "ping")).Id.Should().StartWith("TM");
        (await signedIn.FindAsync(packet => packet.Method == "client_update")).Header.GetProperty("client_update_type").GetString().Should().Be("token_about_to_expire");
        (await signedIn.RequestAsync("POST", "/v3/Documents", new { })).HttpStatus.Should().Be(201);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_while_others_get_everything()
    {
        using TwilsockClient reader = await TwilsockClient.SignInAsync(emulator);
        string sid = (await reader.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        using TwilsockClient sleeper = await TwilsockClient.SignInAsync(emulator, receiveBuffer: 4096);
        foreach (TwilsockClient client in new[] { reader, sleeper })
        {
            await client.SubscribeAsync(1, [sid], lastEventId: 0);
            await client.EventAsync("subscription_established");
        }

        using TwilsockClient writer = await TwilsockClient.SignInAsync(emulator);
        const int Changes = 1500;
        string filling = new('x', 16_000);
        for (int i = 1; i <= Changes; i++)
        {
            (await writer.RequestAsync("POST", $"/v3/Documents/{sid}", new { data = new { i, filling } })).HttpStatus.Should().Be(200);
            (await reader.EventAsync("document_updated")).Event.GetProperty("id").GetInt32().Should().Be(i);
        }

        int got = 0;
        while (await sleeper.ReceiveAsync() is not null)
        {
            got++;
        }

        got.Should().BeLessThan(Changes);
        using TwilsockClient back = await TwilsockClient.SignInAsync(emulator);
        await back.SubscribeAsync(2, [sid], lastEventId: got);
        (await back.EventAsync("document_updated")).Event.GetProperty("id").GetInt32().Should().Be(Changes);
    }

    [Fact]
    public async Task Hundreds_of_connections_at_once_are_served()
    {
        const int Connections = 500;
        using TwilsockClient writer = await TwilsockClient.SignInAsync(emulator);
        string sid = (await writer.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        List<TwilsockClient> clients = [];
        try
        {
            foreach (int[] batch in Enumerable.Range(0, Connections).Chunk(50))
            {
                clients.AddRange(await Task.WhenAll(batch.Select(i => TwilsockClient.SignInAsync(emulator, $"client-{i}"))));
            }

            foreach (TwilsockClient client in clients)
            {
                await client.SubscribeAsync(1, [sid], lastEventId: 0);
                await client.EventAsync("subscription_established");
            }

            await writer.RequestAsync("POST", $"/v3/Documents/{sid}", new { data = new { n = 1 } });
            foreach (TwilsockClient client in clients)
            {
                (await client.EventAsync("document_updated")).Event.GetProperty("id").GetInt32().Should().Be(1);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await IsServedAsync(await SubscriberAsync());
    }

    private static string Packed(string header) => $"TWILSOCK V3.0 {Encoding.UTF8.GetByteCount(header)}\r\n{header}\r\n";

    private string Claims(string grants) => $$"""
        {"iss":"{{emulator.Options.ApiKeySid}}","sub":"{{emulator.Options.AccountSid}}","exp":{{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600}},"grants":{{grants}}}
        """;

    private static async Task IsRefusedAsync(TwilsockClient client)
    {
        Packet refusal = await client.FindAsync(packet => packet.Method == "close");
        (refusal.Status, refusal.ErrorCode).Should().Be((406, 51214));
        (await LastAsync(client)).Should().BeNull();
    }

    // What comes before the end does not matter.
    private static async Task<Packet?> LastAsync(TwilsockClient client)
    {
        while (await client.ReceiveAsync() is { } packet)
        {
            packet.Method.Should().BeOneOf("ping", "notification", "client_update");
        }

        return null;
    }

    private static async Task<List<string[]>> CreateAsync(TwilsockClient client, int count)
    {
        List<string[]> sids = [];
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(250))
        {
            List<string> ids = [];
            foreach (int _ in batch)
            {
                ids.Add(await client.PostRequestAsync("POST", "/v3/Documents", new { }));
            }

            List<string> created = [];
            foreach (string id in ids)
            {
                created.Add((await client.ReplyAsync(id)).Sid);
            }

            sids.Add([.. created]);
        }

        return sids;
    }

    private async Task<TwilsockClient> SubscriberAsync(string identity = "bystander")
    {
        TwilsockClient client = await TwilsockClient.SignInAsync(emulator, identity);
        string sid = (await client.RequestAsync("POST", "/v3/Documents", new { unique_name = SharedEmulator.NewName() })).Sid;
        await client.SubscribeAsync(1, [sid], lastEventId: 0);
        (await client.EventAsync("subscription_established")).Event.GetProperty("object_sid").GetString().Should().Be(sid);
        return client;
    }

    // It still gets answers, and events of a document of its own.
    private async Task IsServedAsync(TwilsockClient client)
    {
        string sid = (await client.RequestAsync("POST", "/v3/Documents", new { })).Sid;
        await client.SubscribeAsync(2, [sid], lastEventId: 0);
        await client.EventAsync("subscription_established");
        HttpResponseMessage changed = await emulator.PostAsync($"Documents/{sid}", ("Data", """{"n":1}"""));
        changed.EnsureSuccessStatusCode();
        Packet update = await client.FindAsync(packet => packet.EventType == "document_updated" && packet.Event.GetProperty("document_sid").GetString() == sid);
        update.Event.GetProperty("document_data").GetProperty("n").GetInt32().Should().Be(1);
    }

    private static async Task<string> FilledListAsync(TwilsockClient client, int count)
    {
        string sid = (await client.RequestAsync("POST", "/v3/Lists", new { })).Sid;
        for (int i = 0; i < count; i++)
        {
            (await client.RequestAsync("POST", $"/v3/Lists/{sid}/Items", new { data = new { } })).HttpStatus.Should().Be(201);
        }

        return sid;
    }

    private static async Task<ItemPage> PageAsync(TwilsockClient client, string list, Dictionary<string, object> parameters)
    {
        Packet reply = await client.RequestAsync("GET", $"/v3/Lists/{list}/Items", parameters: parameters);
        reply.HttpStatus.Should().Be(200);
        JsonElement meta = reply.Payload.GetProperty("meta");
        return new ItemPage(
            [.. reply.Payload.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("index").GetInt64())],
            meta.GetProperty("previous_token").GetString(),
            meta.GetProperty("next_token").GetString());
    }

    private sealed record ItemPage(long[] Indexes, string? Previous, string? Next);
}
