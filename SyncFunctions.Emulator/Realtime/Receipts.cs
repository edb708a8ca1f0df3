namespace SyncFunctions.Emulator.Realtime;

/// <summary>Tracks the client's acknowledgements of the messages for which they are needed.</summary>
internal sealed class Receipts
{
    // A client that acknowledges nothing must not use up the memory.
    private const int Maximum = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Action> expected = new(StringComparer.Ordinal);
    private volatile bool isAnyExpected;

    /// <summary>Whether any acknowledgement is expected.</summary>
    public bool IsAnyExpected => isAnyExpected;

    /// <summary>Expects the acknowledgement of a message that is about to be sent.</summary>
    public void Expect(string id, Action acknowledged)
    {
        lock (gate)
        {
            if (expected.Count < Maximum)
            {
                expected[id] = acknowledged;
                isAnyExpected = true;
            }
        }
    }

    /// <summary>Handles an acknowledgement.</summary>
    public void Take(string id)
    {
        Action? acknowledged;
        lock (gate)
        {
            expected.Remove(id, out acknowledged);
            isAnyExpected = expected.Count > 0;
        }

        acknowledged?.Invoke();
    }
}
