namespace SyncFunctions.Emulator.Recording;

/// <summary>
/// Keeps the most recent entries of one kind in memory: at most 10,000 entries and 16 MiB. The oldest entries are removed first. Adding an entry
/// only takes a short lock.
/// </summary>
/// <param name="sizeOf">Estimates how many bytes an entry takes in memory.</param>
internal sealed class RecentLog<T>(Func<T, int> sizeOf)
    where T : class
{
    /// <summary>The maximum number of entries.</summary>
    public const int MaximumCount = 10_000;

    /// <summary>The maximum size of all entries, in bytes.</summary>
    public const long MaximumSize = 16 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly (T Entry, int Size)[] ring = new (T, int)[MaximumCount];
    private long oldest = 1;
    private long newest;
    private long size;

    /// <summary>Adds an entry.</summary>
    /// <returns>Its id. Ids begin at 1 and have no gaps.</returns>
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

    /// <summary>Finds an entry by its id, or returns <see langword="null"/> if it does not exist or has been removed.</summary>
    public T? Find(long id)
    {
        lock (gate)
        {
            return id >= oldest && id <= newest ? ring[id % MaximumCount].Entry : null;
        }
    }

    /// <summary>Reads a page of entries, newest first.</summary>
    /// <param name="count">The maximum number of entries.</param>
    /// <param name="after">
    /// Only entries with a higher id. The page then has the oldest of them, so that a reader that continues from it misses none.
    /// <see langword="null"/> for the newest entries.
    /// </param>
    /// <param name="before">Only entries with a lower id, or <see langword="null"/> for no limit.</param>
    /// <param name="isWanted">Selects entries. It runs outside the lock.</param>
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

    // The entries with ascending ids from First, the id of the oldest entry that still exists, and the id up to which a reader has seen everything.
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
/// <param name="Items">The entries, newest first.</param>
/// <param name="First">The id of the oldest entry that was examined, or <see langword="null"/> if no older ones exist.</param>
/// <param name="Last">The id of the newest entry that was examined, or 0 if there is none.</param>
internal sealed record RecentPage<T>(IReadOnlyList<RecentEntry<T>> Items, long? First, long Last);
