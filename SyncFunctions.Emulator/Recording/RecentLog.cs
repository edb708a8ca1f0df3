namespace SyncFunctions.Emulator.Recording;

/// <summary>
/// Keeps the last entries of one kind in memory: at most 10,000, and 16 MiB of them; the oldest go first. To add one takes a moment under a lock.
/// </summary>
/// <param name="sizeOf">Tells how many bytes an entry takes in memory, roughly.</param>
internal sealed class RecentLog<T>(Func<T, int> sizeOf)
    where T : class
{
    /// <summary>How many entries are kept.</summary>
    public const int MaximumCount = 10_000;

    /// <summary>How many bytes the entries that are kept take, roughly.</summary>
    public const long MaximumSize = 16 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly (T Entry, int Size)[] ring = new (T, int)[MaximumCount];
    private long oldest = 1;
    private long newest;
    private long size;

    /// <summary>Adds an entry.</summary>
    /// <returns>Its id: one more than that of the entry before, the first is 1.</returns>
    public long Add(T entry)
    {
        int added = sizeOf(entry);
        lock (gate)
        {
            if (newest - oldest + 1 == MaximumCount)
            {
                RemoveOldest();
            }

            newest++;
            ring[newest % MaximumCount] = (entry, added);
            size += added;
            while (size > MaximumSize && oldest < newest)
            {
                RemoveOldest();
            }

            return newest;
        }
    }

    /// <summary>Finds the entry of an id; <see langword="null"/> if there is none, or if it is not kept any more.</summary>
    public T? Find(long id)
    {
        lock (gate)
        {
            return id >= oldest && id <= newest ? ring[id % MaximumCount].Entry : null;
        }
    }

    /// <summary>Reads a page of entries, the newest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="after">
    /// The id that they come after; the page is then the oldest of those, so that a reader who goes on from it misses none. <see langword="null"/> for
    /// the newest.
    /// </param>
    /// <param name="before">The id that they come before; <see langword="null"/> for no limit.</param>
    /// <param name="isWanted">Chooses entries. It runs outside the lock.</param>
    public RecentPage<T> Read(int count, long? after, long? before, Func<T, bool> isWanted)
    {
        (T[] entries, long first, long kept, long last) = Copy(after, before);
        List<RecentEntry<T>> found = [];
        int looked = 0;
        for (; looked < entries.Length && found.Count < count; looked++)
        {
            int index = after is null ? entries.Length - 1 - looked : looked;
            if (isWanted(entries[index]))
            {
                found.Add(new RecentEntry<T>(first + index, entries[index]));
            }
        }

        if (after is not null)
        {
            found.Reverse();
            long reached = looked < entries.Length ? first + looked - 1 : last;
            return new RecentPage<T>(found, first > kept ? first : null, reached);
        }

        long lowest = first + entries.Length - looked;
        return new RecentPage<T>(found, lowest > kept ? lowest : null, last);
    }

    // Entries with ascending ids from First on; the id of the oldest that is kept; and the last id that a reader then knows of.
    private (T[] Entries, long First, long Kept, long Last) Copy(long? after, long? before)
    {
        lock (gate)
        {
            long first = after is null ? oldest : Math.Max(oldest, Math.Min(after.Value, newest) + 1);
            long last = before is null ? newest : Math.Min(newest, Math.Max(before.Value, 1) - 1);
            T[] entries = new T[Math.Max(0, last - first + 1)];
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = ring[(first + i) % MaximumCount].Entry;
            }

            return (entries, first, oldest, last);
        }
    }

    private void RemoveOldest()
    {
        ref (T Entry, int Size) removed = ref ring[oldest % MaximumCount];
        size -= removed.Size;
        removed = default;
        oldest++;
    }
}

/// <summary>An entry of a <see cref="RecentLog{T}"/>.</summary>
internal readonly record struct RecentEntry<T>(long Id, T Value);

/// <summary>A page of a <see cref="RecentLog{T}"/>.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="First">The id of the oldest entry that was looked at, to read those before it; <see langword="null"/> if none before it is kept.</param>
/// <param name="Last">The id of the newest entry that was looked at, to read those after it; 0 if there is none.</param>
internal sealed record RecentPage<T>(IReadOnlyList<RecentEntry<T>> Items, long? First, long Last);
