using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Microsoft.Extensions.Logging;

using Polly.Timeout;

namespace SyncFunctions.Client;

/// <summary>
/// A typed client of Twilio's Sync REST API v1: resources, pages, errors, retries and timeouts.
/// </summary>
public sealed class SyncClient(ISyncTransport transport, SyncClientOptions options, TimeProvider time, ILogger<SyncClient> logger)
{
    private const string NoAnswerInTime = "Sync did not answer in time.";
    internal const string Unreadable = "Sync's answer could not be read.";

    private const int MaximumMessage = 500;

    private readonly SyncRetry retry = new(options, time, logger);
    private long requests;

    /// <summary>Gets how many requests were made so far. Their retries do not count.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>The collections of a service.</summary>
    /// <param name="serviceSid">Its SID, or <c>default</c>.</param>
    public SyncServiceClient Service(string serviceSid) => new(this, serviceSid);

    /// <summary>Gets the client of an emulator's inspection. Twilio has no such API.</summary>
    public InspectionClient Inspection => new(this);

    internal async Task<T> SendAsync<T>(SyncRequest request, CancellationToken cancellationToken)
        where T : class
    {
        SyncResponse response = await SendAsync(request, cancellationToken);
        return Parse(() => JsonSerializer.Deserialize(response.Body.Span, TypeInfo<T>()));
    }

    internal async Task<SyncPage<T>> SendPageAsync<T>(SyncRequest request, string key, CancellationToken cancellationToken)
        where T : class
    {
        SyncResponse response = await SendAsync(request, cancellationToken);
        return Parse(() =>
        {
            IReadOnlyList<JsonMember> page = new JsonText(response.Body).Members() ?? throw new JsonException("Not a page.");
            return new SyncPage<T>(
                [.. Member(page, key).Elements().Select(element => JsonSerializer.Deserialize(element.Utf8, TypeInfo<T>()) ?? throw new JsonException("Not a resource."))],
                PageToken(JsonSerializer.Deserialize(Member(page, "meta").Utf8, SyncJson.Default.SyncPageMeta)?.NextPageUrl));
        });
    }

    internal Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref requests);
        return SyncTelemetry.IsOn
            ? SyncTelemetry.CallAsync(request, time, () => CarryOutAsync(request, cancellationToken))
            : CarryOutAsync(request, cancellationToken);
    }

    private async Task<SyncResponse> CarryOutAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        try
        {
            (SyncResponse response, bool isRetried) = await retry.SendAsync(transport, request, cancellationToken);
            // 404 after an attempt whose response was lost: that attempt removed the resource, so this is a success.
            bool isRemoved = isRetried && request.Method == HttpMethod.Delete && response.Status == HttpStatusCode.NotFound;
            if (isRetried && request.IfMatch is not null && response.Status == HttpStatusCode.PreconditionFailed)
            {
                // Perhaps the attempt whose response was lost changed the revision. It cannot be known, so neither outcome is reported.
                throw new SyncUnreachableException("Sync failed, and may or may not have applied the change.", Error(response));
            }

            return response.IsSuccess || isRemoved ? response : throw Error(response);
        }
        catch (TimeoutRejectedException exception)
        {
            throw new SyncTimeoutException(NoAnswerInTime, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SyncTimeoutException(NoAnswerInTime, exception);
        }
        catch (HttpRequestException exception)
        {
            throw new SyncUnreachableException(
                exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                    ? $"Sync's answer is larger than {request.MaximumResponseSize / (1024 * 1024)} MiB."
                    : "Sync could not be reached.",
                exception);
        }
    }

    // If there are several, the last one, as everywhere.
    private static JsonText Member(IReadOnlyList<JsonMember> members, string name) => members.Single(member => member.IsRead && member.Name == name).Value;

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)SyncJson.Default.GetTypeInfo(typeof(T))!;

    private static T Parse<T>(Func<T?> parse)
        where T : class
    {
        try
        {
            return parse() ?? throw new SyncUnreachableException(Unreadable, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new SyncUnreachableException(Unreadable, exception);
        }
    }

    private static SyncApiException Error(SyncResponse response)
    {
        SyncError? error = null;
        try
        {
            error = JsonSerializer.Deserialize(response.Body.Span, SyncJson.Default.SyncError);
        }
        catch (JsonException)
        {
            // A response without Twilio's error comes from a proxy: all that is known is the status.
        }

        return new SyncApiException(
            response.Status, error?.Code, Shortened(error?.Message) ?? $"Sync answered {(int)response.Status}.", Link(error?.MoreInfo), response.RetryAfter);
    }

    // Twilio's messages are one sentence. A much longer one comes from something else, and is shortened.
    private static string? Shortened(string? message) =>
        string.IsNullOrEmpty(message) || message.Length <= MaximumMessage ? message : $"{message[..MaximumMessage]}…";

    private static string? Link(string? moreInfo) =>
        moreInfo is { Length: <= MaximumMessage } && Uri.TryCreate(moreInfo, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https" }
            ? moreInfo
            : null;

    // Only the page token is taken from the URL, and not the host: credentials are sent to the configured address alone.
    private static string? PageToken(string? nextPageUrl)
    {
        int query = nextPageUrl?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        foreach (string parameter in query < 0 ? [] : nextPageUrl![(query + 1)..].Split('&'))
        {
            if (parameter.Split('=', 2) is ["PageToken", var token])
            {
                return Uri.UnescapeDataString(token);
            }
        }

        return null;
    }
}
