using System.Collections.Concurrent;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Rest;

/// <summary>
/// Keeps the answers to reads of single objects and items in memory, as the bytes that were sent, by what was asked for. An answer is used again as long as
/// no commit has touched the object, an item in it, or its service, and nothing in it has expired.
/// </summary>
internal sealed class ResponseCache(SyncEngine engine, TimeProvider time)
{
    // What is kept takes this many bytes at the most; then all of it is dropped, which costs each answer one read of the database.
    private const long MaximumSize = 32 * 1024 * 1024;

    // What an answer takes besides its body and its address.
    private const int Overhead = 400;

    private readonly ConcurrentDictionary<(string Target, string Host), CachedResponse> responses = new();
    private long size;

    /// <summary>Finds the answer to a GET; <see langword="null"/> if it must be read.</summary>
    public RestResult? Find(HttpRequest request)
    {
        (string Target, string Host) key = Key(request);
        if (!responses.TryGetValue(key, out CachedResponse? cached))
        {
            return null;
        }

        if ((cached.Expires is null || cached.Expires > time.GetUtcNow()) && engine.IsUnchanged(cached.Source, cached.Commits))
        {
            return cached.Result;
        }

        if (responses.TryRemove(KeyValuePair.Create(key, cached)))
        {
            Interlocked.Add(ref size, -cached.Size);
        }

        return null;
    }

    /// <summary>Keeps an answer, if it is one to a read of an object or item.</summary>
    /// <param name="commits">How many commits there were before the read.</param>
    public void Add(HttpRequest request, RestResult result, ReadOnlyMemory<byte> body, long commits)
    {
        if (result is not { Source: { } source, Bytes: null })
        {
            return;
        }

        (string Target, string Host) key = Key(request);
        CachedResponse cached = new(
            result with { Body = null, Bytes = body.ToArray() },
            source,
            result.Expires,
            commits,
            Overhead + body.Length + (2 * (key.Target.Length + key.Host.Length)));
        if (responses.TryAdd(key, cached) && Interlocked.Add(ref size, cached.Size) > MaximumSize)
        {
            responses.Clear();
            Interlocked.Exchange(ref size, 0);
        }
    }

    private static (string Target, string Host) Key(HttpRequest request) => (RestCall.Target(request), request.Headers.Host.ToString());

    private sealed record CachedResponse(RestResult Result, SyncObject Source, DateTimeOffset? Expires, long Commits, int Size);
}
