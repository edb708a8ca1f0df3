namespace SyncFunctions.Emulator.Protocol;

/// <summary>Is thrown if the response to a request is one of Twilio's errors.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">Twilio's code, see https://www.twilio.com/docs/api/errors.</param>
internal sealed class ProtocolException(int status, int code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public int Code { get; } = code;
}
