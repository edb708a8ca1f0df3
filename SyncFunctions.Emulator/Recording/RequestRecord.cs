namespace SyncFunctions.Emulator.Recording;

/// <summary>A request that was handled. It has no credentials.</summary>
/// <param name="IsRealtime">Whether it came through a realtime connection instead of by REST.</param>
/// <param name="Path">The path with the query, as it was sent.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Caller">The SID of the account or API key, or the identity of an access token, or <see langword="null"/> if the credentials were refused.</param>
/// <param name="ResponseSize">The size of the response's body in bytes.</param>
internal sealed record RequestRecord(
    bool IsRealtime, DateTimeOffset Time, string Method, string Path, int Status, TimeSpan Duration, string? Caller, int ResponseSize)
{
    // Enough for the largest data, with names and escapes.
    private const int MaximumContent = 20 * 1024;

    // What an entry takes in addition to its texts.
    private const int Overhead = 200;

    /// <summary>Gets the If-Match header as it was sent, or <see langword="null"/> if there was none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Gets Twilio's error code and message, or <see langword="null"/> if the request succeeded.</summary>
    public (int Code, string Message)? Error { get; init; }

    /// <summary>Gets the form of a REST request, or <see langword="null"/> if it had none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Form { get; private init; }

    /// <summary>Gets the JSON body of a realtime request. It is empty if there was none.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>Gets whether only the beginning of the form or body is kept.</summary>
    public bool IsCut { get; private init; }

    /// <summary>Gets its estimated size in memory, in bytes.</summary>
    public int Size => Overhead + Body.Length
        + (2 * (Path.Length + (Form?.Sum(pair => pair.Key.Length + pair.Value.Length) ?? 0) + (Error?.Message.Length ?? 0)));

    /// <summary>Creates a copy with a form.</summary>
    public RequestRecord WithForm(IEnumerable<KeyValuePair<string, string>> fields)
    {
        List<KeyValuePair<string, string>> form = [];
        int left = MaximumContent;
        bool isCut = false;
        foreach ((string name, string value) in fields)
        {
            if (name.Length + value.Length <= left)
            {
                form.Add(KeyValuePair.Create(name, value));
                left -= name.Length + value.Length;
                continue;
            }

            isCut = true;
            if (name.Length < left)
            {
                form.Add(KeyValuePair.Create(name, Start(value, left - name.Length)));
            }

            break;
        }

        return this with { Form = form, IsCut = isCut };
    }

    /// <summary>Creates a copy with a body.</summary>
    public RequestRecord WithBody(ReadOnlyMemory<byte> body) => body.Length <= MaximumContent
        ? this with { Body = body }
        // A copy, because a slice would keep all of it in memory.
        : this with { Body = body[..MaximumContent].ToArray(), IsCut = true };

    // Does not split a surrogate pair.
    private static string Start(string text, int length) =>
        text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
