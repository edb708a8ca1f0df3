using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

using SyncFunctions.Tests.Support.WorkerProtocol;

namespace SyncFunctions.Tests.Support;

/// <summary>Hands requests to the worker over HTTP, and its answers back to the caller.</summary>
internal sealed class RequestForwarder : IDisposable
{
    private const string InvocationId = "x-ms-invocation-id";

    private const int Attempts = 200;

    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // Hop-by-hop headers, or headers that the client writes itself.
    private static readonly FrozenSet<string> NotForwarded = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", InvocationId);

    private readonly HttpMessageInvoker worker = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Answers a request with what the worker answers.</summary>
    /// <param name="url">Where the worker takes requests.</param>
    /// <param name="id">The invocation that it is for.</param>
    /// <param name="invocation">How the invocation ends.</param>
    public async Task ForwardAsync(HttpContext context, Uri url, string id, Task<InvocationResponse> invocation)
    {
        using HttpRequestMessage request = Copy(context.Request, url, id);
        using HttpResponseMessage answer = await SendAsync(request, invocation, context.RequestAborted);
        await using Stream body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        byte[] buffer = new byte[16 * 1024];
        int length = await body.ReadAsync(buffer, context.RequestAborted);
        if (length == 0 && answer.StatusCode == HttpStatusCode.OK
            && (await invocation.WaitAsync(Timeout, context.RequestAborted)).Result.Status == StatusResult.Types.Status.Failure)
        {
            // The worker's web server knows nothing of a function that threw.
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, HeaderStringValues values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!NotForwarded.Contains(name))
            {
                context.Response.Headers[name] = new StringValues([.. values]);
            }
        }

        for (; length > 0; length = await body.ReadAsync(buffer, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
        }

        await invocation.WaitAsync(Timeout, context.RequestAborted);
    }

    public void Dispose() => worker.Dispose();

    // A worker may tell of its functions before it takes requests for them, so the real host tries again too. The body is still unread then.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Task<InvocationResponse> invocation, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await worker.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception) when (
                exception.HttpRequestError == HttpRequestError.ConnectionError && attempt < Attempts && !invocation.IsCompleted)
            {
                await Task.Delay(AttemptDelay, cancellationToken);
            }
        }
    }

    private static HttpRequestMessage Copy(HttpRequest request, Uri url, string id)
    {
        // As in the real host, Uri rewrites the URL: the worker sees %7E as ~, %a3 as %A3, | as %7C, and %zz as %25zz.
        string target = $"{url.GetLeftPart(UriPartial.Authority)}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString}";
        HttpRequestMessage copy = new(new HttpMethod(request.Method), new Uri(target));
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            copy.Content = new StreamContent(request.Body);
        }

        foreach ((string name, StringValues values) in request.Headers)
        {
            if (!NotForwarded.Contains(name) && !copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                copy.Content ??= new ByteArrayContent([]);
                copy.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        copy.Headers.Add(InvocationId, id);
        return copy;
    }
}
