using System.Text;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// Reads <c>application/x-www-form-urlencoded</c> text: bodies and query strings. Unlike the framework's reader, it refuses malformed text instead of
/// replacing it.
/// </summary>
internal static class FormText
{
    private const int MaximumFields = 1000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Splits the text into its fields, in their order.</summary>
    /// <param name="source">The name of the text in errors: <c>body</c> or <c>query</c>.</param>
    /// <exception cref="ParameterException">Not well-formed, or more than 1,000 fields.</exception>
    public static List<KeyValuePair<string, string>> Parse(ReadOnlySpan<byte> text, string source)
    {
        List<KeyValuePair<string, string>> fields = [];
        foreach (Range range in text.Split((byte)'&'))
        {
            ReadOnlySpan<byte> field = text[range];
            if (field.IsEmpty)
            {
                continue;
            }

            if (fields.Count == MaximumFields)
            {
                throw new ParameterException(source, $"must have no more than {MaximumFields} fields.");
            }

            int separator = field.IndexOf((byte)'=');
            string name = Decode(separator < 0 ? field : field[..separator], source);
            fields.Add(KeyValuePair.Create(name, separator < 0 ? "" : Decode(field[(separator + 1)..], name)));
        }

        return fields;
    }

    private static string Decode(ReadOnlySpan<byte> encoded, string parameter)
    {
        byte[] bytes = new byte[encoded.Length];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            bytes[length++] = encoded[i] switch
            {
                (byte)'+' => (byte)' ',
                (byte)'%' => i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2])
                    ? (byte)((Convert.FromHexString([(char)encoded[++i], (char)encoded[++i]]))[0])
                    : throw new ParameterException(parameter, "is not validly percent-encoded."),
                byte other => other,
            };
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new ParameterException(parameter, "is not valid UTF-8.");
        }
    }
}
