using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

using SyncFunctions.Functions;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

/// <summary>
/// The URLs that Twilio may have signed for the one that arrives: they are equivalent, there are not too many, and all others are refused.
/// </summary>
public sealed class SignedUrlTests
{
    private const string SettingsHeader = "X-Twilio-Webhooks-Signature-Settings";
    private const string Path = "/api/webhook/addListItem";

    private static readonly string[] Queries =
    [
        "", "?listName=calls", "?a=1&b=2&c=3&d=4&e=5", "?a=1&a=2&b=3", "?a=1&&b", "?&", "?=", "?a=%25zz%2541%25", "?From=sip%3Aa%40b.example&To=x",
        "?key=%7B%22a%22%3A%5B1%5D%7D%7C%5C%5E%60%3C%3E", "?key=%C3%A9%F0%9F%98%80%7E~-._", "?a=%26%3D%2B%23%2F%3F&b=+%20", "?a=%25%25&b=%254%31",
        $"?a={new string('~', 2000)}&b={string.Concat(Enumerable.Repeat("%7C%C3%A9%40%25zAz09", 400))}&c=abcdefghijklmnopqrstuvwxyz&d=ABCDEFGHIJKLMNOPQRSTUVWXYZ&e=1234567890",
    ];

    public static TheoryData<string> All => [.. Queries];

    [Theory]
    [MemberData(nameof(All))]
    public void All_forms_of_a_query_have_its_fields_and_they_are_not_many(string query)
    {
        string[] forms = [.. SignedQueries.Of(query)];

        forms.First().Should().Be(query);
        forms.Should().HaveCountLessThanOrEqualTo(SignedQueries.Maximum).And.OnlyHaveUniqueItems();
        forms.Should().AllSatisfy(form => Fields(form).Should().BeEquivalentTo(Fields(query)));
    }

    [Theory]
    [InlineData("?b=1&a=2", "?a=2&b=1")]
    [InlineData("?ttl=60&listName=calls&service=x", "?listName=calls&service=x&ttl=60")]
    [InlineData("?b=1&C=3&a=2", "?C=3&a=2&b=1")]
    [InlineData("?b=1&C=3&a=2", "?a=2&b=1&C=3")]
    [InlineData("?e=1&d=2&c=3&b=4&a=5", "?a=5&b=4&c=3&d=2&e=1")]
    [InlineData("?a=%7Eb~&c=~", "?a=~b~&c=~")]
    [InlineData("?a=~b%7E&c=~%7E%7E~", "?a=~b~&c=~~~~")]
    [InlineData("?to=sip:a@b.example&From=x", "?From=x&to=sip%3Aa%40b.example")]
    [InlineData("?Caller=sip:123@209.182.172.181&x=1", "?Caller=sip%3A123%40209.182.172.181&x=1")]
    public void A_query_that_Twilio_sorts_or_escapes_after_signing_is_known(string original, string received) => IsValid(original, received).Should().BeTrue();

    [Theory]
    [InlineData("?a=1&b=2", "?b=2&a=1", "it is not Twilio's order")]
    [InlineData("?b=2&a=1&a=2", "?a=2&a=1&b=2", "the fields of one name are in another order")]
    [InlineData("?a=1&b=2", "?a=1&b=2&", "it has another field")]
    [InlineData("?b=2&a=1", "?a=2&b=1", "the values are another's")]
    [InlineData("?a=%26b", "?a=&b", "it is another field")]
    [InlineData("?a=b%40", "?a=b@", "an escape that was signed is never removed")]
    [InlineData("?a=1%2B", "?a=1+", "it is a space")]
    [InlineData("?a=%2541", "?a=%41", "it is another value")]
    [InlineData("?a=%41", "?a=%2541", "it is another value")]
    [InlineData("?a=%c3%a9", "?a=%C3%a9", "Uri writes all digits in capitals, or none")]
    public void Another_query_is_refused(string original, string received, string because) => IsValid(original, received).Should().BeFalse(because);

    [Theory]
    [InlineData("?listName=calls&ttl=60")]
    [InlineData("?a=1&b=2&c=3")]
    [InlineData("?key=%7B%22a%22%3A1%7D%7C&x=%C3%A9~-._")]
    [InlineData("?key=%7b%22a%22%3a1%7d%7c&x=%c3%a9%7e")]
    [InlineData("?key={\"a\":1}|\\^`&x=@")]
    [InlineData("?From=sip%3Aa%40b.example&To=%2B1")]
    public void Every_change_of_one_character_of_a_query_is_refused(string original)
    {
        for (int i = 1; i < original.Length; i++)
        {
            foreach (char other in "aAzZ09~-._%&=+@:{}|\"\\ é/?;,".Where(other => other != original[i]))
            {
                string received = $"{original[..i]}{other}{original[(i + 1)..]}";
                IsValid(original, received).Should().BeFalse("of {0}", received);
            }
        }
    }

    [Theory]
    [InlineData("https://a.example https://b.example:8443", "https://a.example/api/webhook/addListItem")]
    [InlineData("https://a.example https://b.example:8443", "https://b.example:8443/api/webhook/addListItem")]
    [InlineData("https://a.example,https://b.example", "https://b.example:443/api/webhook/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/sync/webhook/addListItem")]
    [InlineData("https://gateway.example/sync/", "https://gateway.example/sync/webhook/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/sync/api/webhook/addListItem")]
    [InlineData("https://gateway.example/", "https://gateway.example/webhook/addListItem")]
    [InlineData("https://a.example, https://gateway.example:8443/x/y", "https://gateway.example:8443/x/y/webhook/addListItem")]
    public void An_address_of_the_app_is_one_that_is_configured(string configured, string original) =>
        IsValid(Settings(configured), $"{original}?listName=calls", "?listName=calls").Should().BeTrue();

    [Theory]
    [InlineData("https://a.example https://b.example:8443", "https://b.example:9443/api/webhook/addListItem")]
    [InlineData("https://a.example https://b.example:8443", "https://c.example/api/webhook/addListItem")]
    [InlineData("https://gateway.example", "https://gateway.example/webhook/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/webhook/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/api/webhook/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/sync/addListItem")]
    [InlineData("https://gateway.example/sync", "https://gateway.example/sync/webhook/removeList")]
    [InlineData("https://a.example/x https://b.example/y", "https://a.example/y/webhook/addListItem")]
    public void Another_address_is_refused(string configured, string original) =>
        IsValid(Settings(configured), $"{original}?listName=calls", "?listName=calls").Should().BeFalse();

    [Theory]
    [InlineData("key=SK1,algorithm=HMAC_SHA256", true, "new-secret")]
    [InlineData("key=SK1,algorithm=HMAC_SHA256", true, "old-secret")]
    [InlineData("key=SK1, algorithm=HMAC_SHA256", true, "new-secret")]
    [InlineData("key=SK1,algorithm=HMAC_SHA1", false, "new-secret")]
    public void A_signature_by_a_shared_key_is_known(string settings, bool isSha256, string secret) =>
        IsValid(Shared, $"https://a.example{Path}?x=1a1", "?x=1", isSha256, secret, settings).Should().BeTrue();

    [Theory]
    [InlineData("key=SK1,algorithm=HMAC_SHA256", true, TwilioSigner.Token)]
    [InlineData("key=SK1,algorithm=HMAC_SHA1", false, TwilioSigner.Token)]
    [InlineData("key=SK1,algorithm=HMAC_SHA256", false, "new-secret")]
    [InlineData("key=SK1,algorithm=HMAC_SHA1", true, "new-secret")]
    [InlineData("key=SK1,algorithm=NONE", true, "new-secret")]
    [InlineData("key=SK1,algorithm=HMAC_SHA256,algorithm=HMAC_SHA1", true, "new-secret")]
    [InlineData("key=SK1", true, "new-secret")]
    [InlineData("", false, TwilioSigner.Token)]
    [InlineData(null, false, "new-secret")]
    [InlineData(null, true, "new-secret")]
    [InlineData(null, true, TwilioSigner.Token)]
    [InlineData("key=SK1,algorithm=HMAC_SHA256", true, "another-secret")]
    public void Another_key_or_algorithm_than_the_shared_one_is_refused(string? settings, bool isSha256, string secret) =>
        IsValid(Shared, $"https://a.example{Path}?x=1a1", "?x=1", isSha256, secret, settings).Should().BeFalse();

    [Fact]
    public void Without_a_shared_keys_secret_the_setting_is_named()
    {
        HttpRequest request = Request("");
        request.Headers[SettingsHeader] = "key=SK1,algorithm=HMAC_SHA256";
        new TwilioSignature(Settings("https://a.example")).Refusal(request).Should().Contain("Twilio__SharedKeySecrets");
    }

    private static WebhookSettings Shared => Settings("https://a.example") with { SharedKeySecrets = ["new-secret", "old-secret"] };

    private static WebhookSettings Settings(string publicUrl) =>
        WebhookSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("PublicUrl", (string?)publicUrl)]).Build(), TwilioSigner.Token);

    private static bool IsValid(string original, string received) => IsValid(Settings("https://a.example"), $"https://a.example{Path}{original}a1", received, body: "a=1");

    private static bool IsValid(
        WebhookSettings settings, string text, string query, bool isSha256 = false, string secret = TwilioSigner.Token, string? header = null, string? body = null)
    {
        HttpRequest request = Request(query);
        request.Headers["X-Twilio-Signature"] = isSha256
            ? Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))
            : TwilioSigner.Sign(text, secret);
        if (header is not null)
        {
            request.Headers[SettingsHeader] = header;
        }

        return new TwilioSignature(settings).IsValid(request, Encoding.UTF8.GetBytes(body ?? (text.EndsWith("a1", StringComparison.Ordinal) ? "a=1" : "")));
    }

    private static HttpRequest Request(string query)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.Path = Path;
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = "application/x-www-form-urlencoded";
        return context.Request;
    }

    // As the app reads them. Text that is not an escape (%zz) is unchanged, as in Uri.
    private static List<KeyValuePair<string, string>> Fields(string query) =>
        [.. query.TrimStart('?').Split('&').Where(field => field.Length > 0).Select(field => field.Split('=', 2)).Select(
            field => KeyValuePair.Create(Decode(field[0]), field.Length == 2 ? Decode(field[1]) : ""))];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
