using System.Text.Encodings.Web;
using System.Text.Json;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Writes JSON as both protocols do.</summary>
internal static class ProtocolJson
{
    /// <summary>How it is written: characters that Twilio does not escape stay as they are, for nothing here is ever put into a page.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes submitted data. Its text was checked when it was submitted, and is given back as it was.</summary>
    public static void WriteData(this Utf8JsonWriter json, string name, string data)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(data, skipInputValidation: true);
    }
}
