namespace SyncFunctions.Emulator.Recording;

/// <summary>A request that was answered. It holds no credentials.</summary>
/// <param name="IsRealtime">Whether it came through a realtime client's connection, and not by REST.</param>
/// <param name="Path">With its query, as it was sent.</param>
/// <param name="Duration">How long the answer took.</param>
/// <param name="Caller">The account's or API key's SID, or the identity of an access token; <see langword="null"/> if the credentials were refused.</param>
/// <param name="ResponseSize">The bytes of the answer's body.</param>
internal sealed record RequestRecord(
    bool IsRealtime, DateTimeOffset Time, string Method, string Path, int Status, TimeSpan Duration, string? Caller, int ResponseSize)
{
    // The largest data, with names and escapes beside them.
    private const int MaximumContent = 20 * 1024;

    // What an entry takes besides its texts.
    private const int Overhead = 200;

    /// <summary>Gets the revision that was asked for, as it was sent; <see langword="null"/> if none was.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Gets Twilio's code and text if the request was refused; <see langword="null"/> if it was not.</summary>
    public (int Code, string Message)? Error { get; init; }

    /// <summary>Gets the form of a REST request; <see langword="null"/> if it had none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Form { get; private init; }

    /// <summary>Gets the JSON body of a realtime request; empty if it had none.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>Gets whether the form or the body was longer than what is kept of it.</summary>
    public bool IsCut { get; private init; }

    /// <summary>Gets how many bytes it takes in memory, roughly.</summary>
    public int Size => Overhead + Body.Length
        + (2 * (Path.Length + (Form?.Sum(pair => pair.Key.Length + pair.Value.Length) ?? 0) + (Error?.Message.Length ?? 0)));

    /// <summary>Makes the same record with a form.</summary>
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

    /// <summary>Makes the same record with a body.</summary>
    public RequestRecord WithBody(ReadOnlyMemory<byte> body) => body.Length <= MaximumContent
        ? this with { Body = body }
        // A copy: a slice would keep the whole.
        : this with { Body = body[..MaximumContent].ToArray(), IsCut = true };

    // No half of a surrogate pair.
    private static string Start(string text, int length) =>
        text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
