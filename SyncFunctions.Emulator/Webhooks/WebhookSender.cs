using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>What became of an attempt to deliver a webhook.</summary>
internal enum WebhookOutcome
{
    Delivered,
    Refused,
    Retry,
}

/// <summary>Posts forms with Twilio's signature.</summary>
internal sealed class WebhookSender(EmulatorOptions options) : IDisposable
{
    // Twilio waits as long for an answer.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new LoopbackBypass(HttpClient.DefaultProxy),
    })
    {
        Timeout = AnswerTimeout,
    };

    private readonly byte[] key = Encoding.UTF8.GetBytes(options.AuthToken);

    public async Task<WebhookOutcome> SendAsync(string url, List<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        WebhookTarget target = WebhookTarget.Of(url);
        using HttpRequestMessage request = new(HttpMethod.Post, target.Url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("X-Twilio-Signature", Sign(target.Signed, form));
        request.Headers.Authorization = target.Credentials;
        request.Headers.UserAgent.ParseAdd("TwilioProxy/1.1");
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => WebhookOutcome.Delivered,
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => WebhookOutcome.Retry,
                _ => WebhookOutcome.Refused,
            };
        }
        catch (HttpRequestException)
        {
            return WebhookOutcome.Retry;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WebhookOutcome.Retry;
        }
    }

    public void Dispose() => client.Dispose();

    private string Sign(string url, List<KeyValuePair<string, string>> form)
    {
        StringBuilder text = new(url);
        foreach ((string name, string value) in form.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(value);
        }

#pragma warning disable CA5350 // Twilio's choice; an HMAC does not lean on what SHA-1 has lost.
        return Convert.ToBase64String(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5350
    }
}
