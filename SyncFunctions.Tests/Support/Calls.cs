using System.Text;
using System.Text.Json;

namespace SyncFunctions.Tests.Support;

/// <summary>The ways to call a function: JSON, form, query.</summary>
internal static class Calls
{
    /// <summary>A name that no other test uses.</summary>
    public static string NewName() => $"name-{Guid.NewGuid():N}";

    /// <summary>Posts the text as a JSON body, as it is.</summary>
    public static Task<HttpResponseMessage> PostJsonAsync(this TestApp app, string function, string json) =>
        app.PostAsync(function, "application/json", Encoding.UTF8.GetBytes(json));

    /// <summary>Posts the text as a form, as it is.</summary>
    public static Task<HttpResponseMessage> PostFormAsync(this TestApp app, string function, string form) =>
        app.PostAsync(function, "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(form));

    public static Task<HttpResponseMessage> PostFormAsync(this TestApp app, string function, params (string Name, string Value)[] form) =>
        app.PostFormAsync(function, Encode(form));

    public static Task<HttpResponseMessage> PostAsync(this TestApp app, string function, string? contentType, byte[] body)
    {
        ByteArrayContent content = new(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return app.SendAsync(HttpMethod.Post, function, content);
    }

    /// <summary>Calls without a body.</summary>
    public static Task<HttpResponseMessage> QueryAsync(
        this TestApp app, HttpMethod method, string function, params (string Name, string Value)[] query) =>
        app.SendAsync(method, $"{function}?{Encode(query)}");

    public static async Task<HttpResponseMessage> SendAsync(
        this TestApp app, HttpMethod method, string functionAndQuery, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        // As it is: what is wrongly encoded must arrive so.
        Uri url = new($"{app.Http.BaseAddress}{functionAndQuery}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(method, url) { Content = content };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }

        return await app.Http.SendAsync(request);
    }

    /// <summary>What a call that must succeed resolves to.</summary>
    public static async Task<JsonElement> ResolvedAsync(this Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        string body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(200, "it answered {0}", body);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json; charset=utf-8");
        return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement.Clone();
    }

    /// <summary>The problem of a call that must fail.</summary>
    public static async Task<Problem> FailedAsync(this Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        return await Problem.ReadAsync(response);
    }

    public static string Text(this JsonElement resource, string member) => resource.GetProperty(member).GetString()!;

    public static string Raw(this JsonElement resource, string member) => resource.GetProperty(member).GetRawText();

    public static string[] Members(this JsonElement resource) => [.. resource.EnumerateObject().Select(member => member.Name)];

    /// <summary>The seconds between a resource's last change and its expiry; <see langword="null"/> if it does not expire.</summary>
    public static double? SecondsToLive(this JsonElement resource) => resource.GetProperty("dateExpires").ValueKind == JsonValueKind.Null
        ? null
        : (resource.GetProperty("dateExpires").GetDateTime() - resource.GetProperty("dateUpdated").GetDateTime()).TotalSeconds;

    public static string Encode(params (string Name, string Value)[] fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));
}
