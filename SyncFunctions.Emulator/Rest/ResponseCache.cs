using System.Collections.Concurrent;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Engine;

namespace SyncFunctions.Emulator.Rest;

/// <summary>
/// Keeps the responses to reads of single objects and items in memory, as the bytes that were sent, by the URL that was requested. A response is used
/// again until a commit changes the object, an item in it, or its service, or until it expires.
/// </summary>
internal sealed class ResponseCache(SyncEngine engine, TimeProvider time)
{
    // Bytes. If there are more, all responses are dropped, and the next request for each reads the database once.
    private const long MaximumSize = 32 * 1024 * 1024;

    // The size of an entry without its body and its URL.
    private const int Overhead = 400;

    private readonly ConcurrentDictionary<(string Target, string Host), CachedResponse> responses = new();
    private long size;

    /// <summary>Finds the response to a GET, or <see langword="null"/> if it must be read from the database.</summary>
    public RestResult? Find(HttpRequest request)
    {
        (string Target, string Host) key = Key(request);
        if (!responses.TryGetValue(key, out CachedResponse? cached))
        {
            return null;
        }

        if (cached.Result is { Source: { } source, Expires: var expires } && !(expires <= time.GetUtcNow()) && engine.IsUnchanged(source, cached.Commits))
        {
            return cached.Result;
        }

        if (responses.TryRemove(KeyValuePair.Create(key, cached)))
        {
            Interlocked.Add(ref size, -cached.Size);
        }

        return null;
    }

    /// <summary>Keeps a response, if it is that of a read of an object or item.</summary>
    /// <param name="commits">The number of commits before the read.</param>
    public void Add(HttpRequest request, RestResult result, ReadOnlyMemory<byte> body, long commits)
    {
        if (result is not { Source: not null, Bytes: null })
        {
            return;
        }

        (string Target, string Host) key = Key(request);
        CachedResponse cached = new(
            result with { Body = null, Bytes = body.ToArray() },
            commits,
            Overhead + body.Length + (2 * (key.Target.Length + key.Host.Length)));
        if (responses.TryAdd(key, cached) && Interlocked.Add(ref size, cached.Size) > MaximumSize)
        {
            responses.Clear();
            Interlocked.Exchange(ref size, 0);
        }
    }

    private static (string Target, string Host) Key(HttpRequest request) => (RestCall.Target(request), request.Headers.Host.ToString());

    private sealed record CachedResponse(RestResult Result, long Commits, int Size);
}
