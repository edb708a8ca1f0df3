namespace SyncFunctions.Emulator.Realtime;

/// <summary>A client's request under way, which the changes it makes come from.</summary>
internal sealed class RequestOrigin(RealtimeConnection connection)
{
    public RealtimeConnection Connection { get; } = connection;

    private volatile bool isAnswered;
    private byte[]? waitingAnswer;

    /// <summary>Whether its answer is on its way, or waits for no more than earlier answers; set by the <see cref="RequestPipeline"/> alone.</summary>
    public bool IsAnswered => isAnswered;

    /// <summary>Whether events wait for its answer, which then takes its turn among them; the <see cref="RequestPipeline"/>'s alone.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Answers it once its turn has come.</summary>
    public void Answer(byte[]? waiting)
    {
        waitingAnswer = waiting;
        isAnswered = true;
    }

    /// <summary>Takes the answer whose turn has come; <see langword="null"/> if there is none to be sent any more.</summary>
    public byte[]? TakeAnswer()
    {
        byte[]? answer = waitingAnswer;
        waitingAnswer = null;
        return answer;
    }
}
