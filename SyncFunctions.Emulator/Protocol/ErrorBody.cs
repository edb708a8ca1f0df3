using System.Globalization;
using System.Text.Json;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>The body of an error response.</summary>
internal static class ErrorBody
{
    public static void Write(Utf8JsonWriter json, ProtocolException error)
    {
        json.WriteStartObject();
        json.WriteNumber("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("more_info", string.Create(CultureInfo.InvariantCulture, $"https://www.twilio.com/docs/errors/{error.Code}"));
        json.WriteNumber("status", error.Status);
        json.WriteEndObject();
    }
}
