namespace SyncFunctions.Emulator.Realtime;

/// <summary>A client's request in progress, the origin of the changes that it makes.</summary>
internal sealed class RequestOrigin(RealtimeConnection connection)
{
    public RealtimeConnection Connection { get; } = connection;

    private volatile bool isAnswered;
    private byte[]? waitingAnswer;

    /// <summary>Whether its response has been sent, or waits only for earlier responses. Only the <see cref="RequestPipeline"/> sets it.</summary>
    public bool IsAnswered => isAnswered;

    /// <summary>Whether events wait for its response, which then has its place among them. Only the <see cref="RequestPipeline"/> uses it.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Sets the response, to be sent in its place.</summary>
    public void Answer(byte[]? waiting)
    {
        waitingAnswer = waiting;
        isAnswered = true;
    }

    /// <summary>Takes the response to send in its place, or <see langword="null"/> if there is none to send.</summary>
    public byte[]? TakeAnswer()
    {
        byte[]? answer = waitingAnswer;
        waitingAnswer = null;
        return answer;
    }
}
