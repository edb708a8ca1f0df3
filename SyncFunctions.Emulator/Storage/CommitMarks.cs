using System.Collections.Concurrent;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// Tells whether something that was read is still up to date. Commits are numbered, and each service and object that is watched has the number of the last
/// commit that changed it.
/// </summary>
/// <remarks>
/// A reader takes <see cref="Current"/>, then reads, and keeps the number with the result. The writer counts a commit before it acknowledges the commit's
/// changes. So if no commit since that number has changed the object, a new read would give the same result.
/// </remarks>
internal sealed class CommitMarks
{
    // If there are more, all are forgotten, and everything that was read before counts as outdated.
    private const int MaximumCount = 200_000;

    private readonly ConcurrentDictionary<(bool IsService, long Id), long> marks = new();
    private long commits;

    /// <summary>Gets the number of commits so far.</summary>
    public long Current => Volatile.Read(ref commits);

    /// <summary>Tells whether no commit after a number changed the service itself.</summary>
    public bool IsServiceUnchanged(long serviceId, long since) => IsUnchanged((IsService: true, serviceId), since);

    /// <summary>Tells whether no commit after a number changed the object or an item in it. The removal of its service changes only the service.</summary>
    public bool IsObjectUnchanged(long objectId, long since) => IsUnchanged((IsService: false, objectId), since);

    /// <summary>Counts a commit.</summary>
    /// <param name="touched">The services and objects that it changed.</param>
    public void Count(IEnumerable<(bool IsService, long Id)> touched)
    {
        // First the number, so that a mark that is added at the same time gets the new one.
        long commit = Interlocked.Increment(ref commits);
        foreach ((bool IsService, long Id) one in touched)
        {
            if (marks.ContainsKey(one))
            {
                marks[one] = commit;
            }
        }
    }

    private bool IsUnchanged((bool IsService, long Id) one, long since)
    {
        if (marks.TryGetValue(one, out long mark))
        {
            return mark <= since;
        }

        if (marks.Count >= MaximumCount)
        {
            marks.Clear();
        }

        // It is watched from now on. It may have changed before, so what was read earlier counts as outdated. The number is read after the mark is added,
        // because the writer may count a commit in between without finding the mark.
        marks.TryAdd(one, long.MaxValue);
        long current = Current;
        marks.TryUpdate(one, current, long.MaxValue);
        return marks.TryGetValue(one, out long made) && made <= since;
    }
}
