using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>Actions of configured types, and takers whose connections break.</summary>
public sealed class ActionTypeTests
{
    private static readonly Dictionary<string, string?> Types = new()
    {
        ["ActionTypes:extension:stopSession:redirectURL"] = "",
        ["ActionTypes:extension:stopSession:delay"] = "5",
        ["ActionTypes:extension:startSession"] = "",
    };

    [Fact]
    public async Task Only_configured_types_are_taken_with_their_fields_and_defaults()
    {
        await using TestApp app = await TestApp.StartAsync(Types);
        (await app.ResolveAsync("getActionTypes", new { })).GetRawText().Should().Be(
            """{"extension":{"startSession":{},"stopSession":{"delay":"5","redirectURL":null}}}""");
        await app.ResolveAsync("createDocument", new { docName = "d", data = new { } });

        JsonElement added = await app.ResolveAsync("addAction", new { docName = "d", actionType = "extension.stopSession", additionalInfo = new { redirectURL = "u", more = 1 } });
        Rest(added).Should().Be("""{"action":"stopSession","executor":"extension","redirectURL":"u","more":1,"delay":"5"}""");
        added = await app.ResolveAsync("addAction", new { docName = "d", actionType = "extension.stopSession", additionalInfo = new { delay = (int?)null, redirectURL = false } });
        Rest(added).Should().Be("""{"action":"stopSession","executor":"extension","redirectURL":false,"delay":"5"}""");
        Rest(await app.ResolveAsync("addAction", new { docName = "d", actionType = "extension.startSession", additionalInfo = new { other = (int?)null } }))
            .Should().Be("""{"action":"startSession","executor":"extension","other":null}""");

        await app.RefusesAsync("addAction", new { docName = "d", actionType = "extension.stopSession" }, "additionalInfo.redirectURL");
        await app.RefusesAsync(
            "addAction", new { docName = "d", actionType = "extension.stopSession", additionalInfo = new { redirectURL = (string?)null } }, "additionalInfo.redirectURL");
        await app.RefusesAsync("addAction", new { docName = "d", actionType = "extension.stopsession" }, "actionType");
        await app.RefusesAsync("addAction", new { docName = "d", actionType = "onboarding.startSession" }, "actionType");
        Problem second = await app.FailAsync("addActions", new
        {
            docName = "d",
            actions = new object[] { new { actionType = "extension.startSession" }, new { actionType = "extension.stopSession", additionalInfo = new { delay = 1 } } },
        });
        second.Should().BeEquivalentTo(new { Status = 400, Parameter = "actions[1].additionalInfo.redirectURL" });
        second.Detail.Should().Be("actions[1].additionalInfo.redirectURL is required.");
        (await app.ResolveAsync("takeActions", new { docName = "d", executor = "extension", max = 100 })).GetProperty("actions").GetArrayLength().Should().Be(3);
    }

    [Theory]
    [InlineData("ActionTypes:a b:c:d")]
    [InlineData("ActionTypes:a:b.c:d")]
    [InlineData("ActionTypes:a:b:id")]
    [InlineData("ActionTypes:a:b:executor")]
    [InlineData("ActionTypes:a:b:c:d")]
    public void An_invalid_type_is_refused_at_start_by_its_setting(string key) =>
        FluentActions.Invoking(() => ActionTypeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"")]).Build()))
            .Should().Throw<StartupException>().WithMessage("ActionTypes__a*");

    [Fact]
    public async Task Each_of_1000_actions_is_handled_once_and_in_order_by_two_takers_of_whom_one_loses_its_answers()
    {
        const int Count = 1000;
        await using TestApp app = await TestApp.StartAsync();
        await app.ResolveAsync("createDocument", new { docName = "d", data = new { } });
        ConcurrentQueue<(int Taker, int N)> handled = [];
        Random random = new(7);

        Task producer = Task.Run(async () =>
        {
            for (int n = 0; n < Count;)
            {
                int size = Math.Min(20, Count - n);
                using HttpResponseMessage response = await app.CallAsync(
                    "addActions", new { docName = "d", actions = Enumerable.Range(n, size).Select(i => new { actionType = "x.a", additionalInfo = new { n = i } }) });
                if (response.IsSuccessStatusCode)
                {
                    n += size;
                }
                else
                {
                    ((int)response.StatusCode).Should().Be(413);
                    await Task.Delay(20);
                }
            }
        });
        await Task.WhenAll(producer, TakeAllAsync(0, breaks: false), TakeAllAsync(1, breaks: true)).WaitAsync(TimeSpan.FromMinutes(1));

        handled.Select(action => action.N).Should().BeEquivalentTo(Enumerable.Range(0, Count));
        foreach (int taker in (int[])[0, 1])
        {
            handled.Where(action => action.Taker == taker).Select(action => action.N).Should().BeInAscendingOrder().And.NotBeEmpty();
        }

        async Task TakeAllAsync(int taker, bool breaks)
        {
            for (int take = 0; handled.Count < Count; take++)
            {
                object call = new { docName = "d", executor = "x", max = 2, takeId = $"{taker}-{take}" };
                while (breaks && random.Next(3) == 0)
                {
                    await SendAndLeaveAsync(app.Url, "takeActions", JsonSerializer.Serialize(call), TimeSpan.FromMilliseconds(random.Next(20)));
                }

                JsonElement taken = await app.ResolveAsync("takeActions", call);
                foreach (JsonElement action in taken.GetProperty("actions").EnumerateArray())
                {
                    handled.Enqueue((taker, action.GetProperty("n").GetInt32()));
                }
            }
        }
    }

    // As a process that is killed between its call and its answer.
    private static async Task SendAndLeaveAsync(Uri app, string function, string json, TimeSpan patience)
    {
        using TcpClient client = new();
        await client.ConnectAsync(app.Host, app.Port);
        byte[] request = Encoding.ASCII.GetBytes(
            $"POST /api/{function} HTTP/1.1\r\nHost: {app.Authority}\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");
        await client.GetStream().WriteAsync(request);
        await Task.Delay(patience);
        client.Client.LingerState = new LingerOption(true, 0);
    }

    private static string Rest(JsonElement added)
    {
        string action = added.GetProperty("added")[0].GetRawText();
        return $"{{{action[(action.IndexOf(',', StringComparison.Ordinal) + 1)..]}";
    }
}
