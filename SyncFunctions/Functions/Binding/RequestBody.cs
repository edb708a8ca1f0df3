using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

using SyncFunctions.Client;
using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>Reads a request's body, of bounded size, as JSON or as a form.</summary>
internal static partial class RequestBody
{
    /// <summary>The body's name in errors.</summary>
    public const string Parameter = "body";

    /// <summary>Enough for 16 KiB of data in any encoding, and for a webhook's other fields.</summary>
    public const int MaximumSize = 256 * 1024;

    // More than data may have, so that data that is a little too deep gets a different message from invalid JSON. It is limited because parsing time
    // grows with the depth: 256 KiB of nothing but brackets would take seconds.
    private const int MaximumDepth = 1024;

    /// <summary>Reads the whole body; empty if there is none.</summary>
    /// <exception cref="ParameterException">413 if it is too large, 415 if it is neither JSON nor a form.</exception>
    public static ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? default : ReadContentAsync(request, cancellationToken);

    /// <summary>Whether the body is a form, by its content type.</summary>
    public static bool IsForm(HttpRequest request) => Is(request, "application/x-www-form-urlencoded");

    /// <summary>Whether the body is of some type, in UTF-8.</summary>
    /// <param name="type">A media type in lower case.</param>
    public static bool Is(HttpRequest request, string type) => HasType(request, given => given == type);

    /// <summary>Refuses a body that is compressed.</summary>
    /// <exception cref="ParameterException">415.</exception>
    public static void RefuseEncoding(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ParameterException(
                Parameter, $"must not be compressed or otherwise encoded; its Content-Encoding is {encoding}.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    /// <summary>Reads a JSON object's members; a name may occur more than once.</summary>
    /// <exception cref="ParameterException">Not a JSON object.</exception>
    public static List<KeyValuePair<string, JsonElement>> ParseJson(ReadOnlyMemory<byte> content)
    {
        JsonElement body;
        try
        {
            body = Parse(content);
        }
        catch (JsonException exception)
        {
            throw new ParameterException(Parameter, $"is not valid JSON{Place(exception)}, or is nested far too deeply.");
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new ParameterException(Parameter, "must be a JSON object.");
        }

        try
        {
            return [.. body.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value))];
        }
        catch (InvalidOperationException)
        {
            throw new ParameterException(Parameter, "must not have a lone surrogate (an escape of half a character) in a member's name.");
        }
    }

    /// <summary>Parses JSON; <see langword="null"/> if the text is not JSON, or is nested far deeper than data may be.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> content)
    {
        try
        {
            return Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadContentAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaximumSize)
        {
            throw TooLarge();
        }

        ReadOnlyMemory<byte> content = await ReadBytesAsync(request.Body, cancellationToken);
        if (content.IsEmpty)
        {
            return content;
        }

        RefuseEncoding(request);
        return IsForm(request) || IsJson(request)
            ? content
            : throw new ParameterException(
                Parameter, "must be application/json or application/x-www-form-urlencoded, in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> content)
    {
        ReadOnlyMemory<byte> text = JsonText.WithoutMark(content);
        if (!Utf8.IsValid(text.Span))
        {
            throw new JsonException();
        }

        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaximumDepth });
        return document.RootElement.Clone();
    }

    // Counted from 1, as editors do.
    private static string Place(JsonException exception) => exception is { LineNumber: { } line, BytePositionInLine: { } position }
        ? $" at line {line + 1}, byte {position + 1}"
        : "";

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(Stream body, CancellationToken cancellationToken)
    {
        using MemoryStream content = new();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(8 * 1024);
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MaximumSize)
                {
                    throw TooLarge();
                }
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // The web server cannot read it (for example a chunk with an invalid size), or the caller has disconnected.
            cancellationToken.ThrowIfCancellationRequested();
            throw new ParameterException(Parameter, "is incomplete, or is not well-formed HTTP.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return content.ToArray();
    }

    private static bool IsJson(HttpRequest request) => HasType(
        request,
        type => type == MediaTypeNames.Application.Json
            || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal)));

    private static bool HasType(HttpRequest request, Func<string, bool> isWanted) =>
        MediaTypeHeaderValue.TryParse(EmptyCharset().Replace(request.ContentType ?? "", ""), out MediaTypeHeaderValue? type)
        && isWanted(type.MediaType.ToString().ToLowerInvariant())
        && IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset).ToString());

    // Accepts the names that clients write, also in single quotes. ASCII is a subset of UTF-8.
    private static bool IsUtf8(string charset) =>
        (charset is ['\'', .., '\''] ? charset[1..^1] : charset).ToLowerInvariant() is "" or "utf-8" or "utf8" or "us-ascii";

    // An empty charset, with which the framework ignores the whole content type.
    [GeneratedRegex(@";[ \t]*charset[ \t]*=[ \t]*(?=;|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EmptyCharset();

    private static ParameterException TooLarge() =>
        new(Parameter, $"must not be larger than {MaximumSize / 1024} KiB.", StatusCodes.Status413PayloadTooLarge);
}
