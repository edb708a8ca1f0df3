using System.Net;
using System.Security.Cryptography;
using System.Text;

using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>The outcome of an attempt to deliver a webhook.</summary>
internal enum WebhookOutcome
{
    Delivered,
    Refused,
    Retry,
}

/// <summary>Posts forms with Twilio's signature.</summary>
internal sealed class WebhookSender(EmulatorOptions options, TimeProvider time) : IDisposable
{
    private const int MaximumAnswer = 4 * 1024;

    // Twilio's own timeout.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    // For the response's body, which is only recorded.
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(1);

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

    /// <summary>Sends a form once.</summary>
    /// <param name="url">The webhook's URL, as configured in the service.</param>
    public async Task<(WebhookOutcome Outcome, DeliveryAttempt Attempt)> SendAsync(
        string url, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        WebhookTarget target = WebhookTarget.Of(url);
        string signature = Sign(target.Signed, form);
        long started = time.GetTimestamp();
        using HttpRequestMessage request = new(HttpMethod.Post, target.Url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("X-Twilio-Signature", signature);
        request.Headers.Authorization = target.Credentials;
        request.Headers.UserAgent.ParseAdd("TwilioProxy/1.1");
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            TimeSpan duration = time.GetElapsedTime(started);
            string answer = await ReadAsync(response.Content, cancellationToken);
            return (OutcomeOf(response.StatusCode), new DeliveryAttempt(target.Signed, signature, (int)response.StatusCode, answer, null, duration));
        }
        catch (HttpRequestException exception)
        {
            return Failed(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"No response within {AnswerTimeout.TotalSeconds:0} seconds.");
        }

        (WebhookOutcome, DeliveryAttempt) Failed(string error) =>
            (WebhookOutcome.Retry, new DeliveryAttempt(target.Signed, signature, null, null, error, time.GetElapsedTime(started)));
    }

    public void Dispose() => client.Dispose();

    private static WebhookOutcome OutcomeOf(HttpStatusCode status) => status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => WebhookOutcome.Delivered,
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => WebhookOutcome.Retry,
        _ => WebhookOutcome.Refused,
    };

    // Reads the beginning of the body, as far as it arrives in time.
    private async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MaximumAnswer];
        int length = 0;
        using CancellationTokenSource expired = new(BodyTimeout, time);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellationToken);
        try
        {
            await using Stream body = await content.ReadAsStreamAsync(ended.Token);
            int read;
            do
            {
                read = await body.ReadAsync(bytes.AsMemory(length), ended.Token);
                length += read;
            }
            while (read > 0 && length < bytes.Length);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What has arrived is kept.
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private string Sign(string url, IReadOnlyList<KeyValuePair<string, string>> form)
    {
        StringBuilder text = new(url);
        foreach ((string name, string value) in form.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(value);
        }

#pragma warning disable CA5350 // Twilio's choice; the weaknesses of SHA-1 do not affect an HMAC.
        return Convert.ToBase64String(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5350
    }
}
