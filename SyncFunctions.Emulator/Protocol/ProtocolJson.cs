using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Writes JSON for both protocols.</summary>
internal static class ProtocolJson
{
    /// <summary>The options: characters that Twilio does not escape are not escaped, because nothing here is ever put into a page.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes submitted data. Its text was checked when it was submitted, and is returned unchanged.</summary>
    public static void WriteData(this Utf8JsonWriter json, string name, string data)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(data, skipInputValidation: true);
    }
}
