using System.Globalization;
using System.Text.Json;

namespace SyncFunctions.Tests.Support;

/// <summary>An answer of the emulator. One that is an error has been checked to be one as Twilio writes them.</summary>
internal sealed record SyncAnswer(int Status, JsonElement Body, string? ETag)
{
    public const string ContentType = "application/json;charset=utf-8";

    /// <summary>The error's code; <see langword="null"/> if it is none.</summary>
    public int? Code => Status < 400 ? null : Body.GetProperty("code").GetInt32();

    public string Revision => Body.GetProperty("revision").GetString()!;

    public string Sid => Body.GetProperty("sid").GetString()!;

    public string Data => Body.GetProperty("data").GetRawText();

    public long Index => Body.GetProperty("index").GetInt64();

    public JsonElement Meta => Body.GetProperty("meta");

    /// <summary>The identifiers of a page's elements: keys, indexes, identities or SIDs.</summary>
    public string[] Ids => [.. Body.GetProperty(Meta.GetProperty("key").GetString()!).EnumerateArray().Select(IdOf)];

    public string? Next => Meta.GetProperty("next_page_url").GetString();

    public string? Previous => Meta.GetProperty("previous_page_url").GetString();

    public DateTimeOffset? Date(string member) => Body.GetProperty(member).GetString() is { } text
        ? DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    public void ShouldBe(int status, int? code = null, string because = "") =>
        (Status, Code).Should().Be((status, code), $"{because} {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText())}");

    public static async Task<SyncAnswer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            // As it was sent: to read the content has its headers parsed.
            string? contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null;
            string body = await response.Content.ReadAsStringAsync();
            string? etag = response.Headers.TryGetValues("ETag", out var tags) ? tags.Single() : null;
            return Create((int)response.StatusCode, contentType, body, etag);
        }
    }

    /// <summary>Sends a request exactly as it is written, which no HTTP client would do with every target.</summary>
    /// <param name="headers">Lines without their ends.</param>
    public static async Task<SyncAnswer> SendRawAsync(
        TestEmulator emulator, string method, string target, IEnumerable<string>? headers = null, string body = "", string host = "localhost")
    {
        RawAnswer answer = await RawHttp.SendAsync(
            emulator.Server.Url, RawHttp.Request(method, target, host, headers ?? [$"Authorization: {emulator.Http.DefaultRequestHeaders.Authorization}"], body));
        return Create(answer.Status, answer.Header("Content-Type"), answer.Body, answer.Header("ETag"));
    }

    private static SyncAnswer Create(int status, string? contentType, string body, string? etag)
    {
        if (body.Length == 0)
        {
            return new SyncAnswer(status, default, etag);
        }

        contentType.Should().Be(ContentType);
        JsonElement json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 20_000 }).RootElement;
        if (status >= 400)
        {
            json.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo("code", "message", "more_info", "status");
            int code = json.GetProperty("code").GetInt32();
            json.GetProperty("status").GetInt32().Should().Be(status);
            json.GetProperty("message").GetString().Should().NotBeNullOrEmpty();
            json.GetProperty("more_info").GetString().Should().Be($"https://www.twilio.com/docs/errors/{code}");
            etag.Should().BeNull();
        }

        return new SyncAnswer(status, json, etag);
    }

    private static string IdOf(JsonElement element)
    {
        foreach (string member in (ReadOnlySpan<string>)["key", "index", "identity", "sid"])
        {
            if (element.TryGetProperty(member, out JsonElement id))
            {
                return id.ToString();
            }
        }

        throw new InvalidOperationException(element.GetRawText());
    }
}

internal static class SyncCalls
{
    public static async Task<SyncAnswer> GetAsync(this TestEmulator emulator, string path) =>
        await SyncAnswer.ReadAsync(await emulator.Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));

    /// <summary>Sends a form to a path below the default service.</summary>
    public static Task<SyncAnswer> FormAsync(this TestEmulator emulator, string path, params (string Name, string Value)[] form) =>
        emulator.CallAsync(HttpMethod.Post, path, ifMatch: null, form);

    public static Task<SyncAnswer> DeleteAsync(this TestEmulator emulator, string path, string? ifMatch = null) =>
        emulator.CallAsync(HttpMethod.Delete, path, ifMatch);

    public static async Task<SyncAnswer> CallAsync(
        this TestEmulator emulator, HttpMethod method, string path, string? ifMatch, params (string Name, string Value)[] form)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.RelativeOrAbsolute));
        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await SyncAnswer.ReadAsync(await emulator.Http.SendAsync(request));
    }
}
