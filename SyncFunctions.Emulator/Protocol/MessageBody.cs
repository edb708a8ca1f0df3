using System.Text.Json;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>The body of the response to a message that was published to a stream.</summary>
internal static class MessageBody
{
    public static void Write(Utf8JsonWriter json, string sid, string data)
    {
        json.WriteStartObject();
        json.WriteString("sid", sid);
        json.WriteData("data", data);
        json.WriteEndObject();
    }
}
