using System.Collections.Concurrent;

namespace SyncFunctions.Emulator.Storage;

/// <summary>
/// Tells whether something that was read is still what is committed. Commits are counted, and each service and object that somebody asks about has the
/// number of the last commit that touched it.
/// </summary>
/// <remarks>
/// A reader takes <see cref="Current"/> first, then reads, and keeps the number with what it read. The writer counts a commit before it acknowledges its
/// changes. So whoever finds that no later commit touched the object knows that it has what a new read would find, or found at the moment of the question.
/// </remarks>
internal sealed class CommitMarks
{
    // Beyond this many all are forgotten, which makes what was read before look outdated.
    private const int MaximumCount = 200_000;

    private readonly ConcurrentDictionary<(bool IsService, long Id), long> marks = new();
    private long commits;

    /// <summary>Gets the number of commits so far.</summary>
    public long Current => Volatile.Read(ref commits);

    /// <summary>Tells whether no commit since that number touched the service itself.</summary>
    public bool IsServiceUnchanged(long serviceId, long since) => IsUnchanged((IsService: true, serviceId), since);

    /// <summary>Tells whether no commit since that number touched the object, or an item in it. The removal of its service touches the service alone.</summary>
    public bool IsObjectUnchanged(long objectId, long since) => IsUnchanged((IsService: false, objectId), since);

    /// <summary>Counts a commit.</summary>
    /// <param name="touched">The services and objects that it touched.</param>
    public void Count(IEnumerable<(bool IsService, long Id)> touched)
    {
        // In this order: a mark that is made meanwhile gets the new number.
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

        // It was not watched until now: nothing is known of it but that no commit after this moment is missed. The number is read again once the mark is
        // there, as the writer may have counted a commit, and found no mark, in between.
        marks.TryAdd(one, long.MaxValue);
        long current = Current;
        marks.TryUpdate(one, current, long.MaxValue);
        return marks.TryGetValue(one, out long made) && made <= since;
    }
}
