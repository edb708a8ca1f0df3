using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Inspection;

/// <summary>Inspects an emulator by HTTP, signed in.</summary>
internal sealed class InspectionClient(TestEmulator emulator)
{
    public async Task<SyncAnswer> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using HttpRequestMessage request = new(method, new Uri(emulator.Server.Url, $"/inspection/{path}"))
        {
            Content = form is [] ? null : new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        return await SyncAnswer.ReadAsync(await emulator.Http.SendAsync(request));
    }

    /// <summary>A page or a single thing that must be there.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        SyncAnswer answer = await SendAsync(HttpMethod.Get, path);
        answer.ShouldBe(200);
        return answer.Body;
    }

    /// <summary>The items of a page.</summary>
    public async Task<JsonElement[]> ItemsAsync(string path) => [.. (await GetAsync(path)).GetProperty("items").EnumerateArray()];

    /// <summary>The items of a page, as soon as they are as they should be.</summary>
    public async Task<JsonElement[]> ItemsAsync(string path, Func<JsonElement[], bool> isAwaited)
    {
        using CancellationTokenSource expired = new(TimeSpan.FromSeconds(60));
        JsonElement[] items;
        do
        {
            items = await ItemsAsync(path);
            expired.IsCancellationRequested.Should().BeFalse("{0} showed {1}", path, string.Join('\n', items.Select(item => item.GetRawText())));
        }
        while (!isAwaited(items));

        return items;
    }
}
