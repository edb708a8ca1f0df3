using System.Runtime.CompilerServices;

namespace SyncFunctions.Store.Snapshots;

/// <summary>Reads the lines of a snapshot, one at a time.</summary>
internal static class SnapshotLineReader
{
    // Each byte of 16 KiB of data may be escaped to six bytes; names and keys come in addition.
    private const int MaximumLine = 128 * 1024;

    /// <summary>Reads the lines, without their line feeds; the last one needs none. A line is valid until the next one is read.</summary>
    /// <param name="first">The number of the line at which the stream begins, from 1.</param>
    /// <exception cref="ParameterException">A line is longer than any line of a snapshot can be.</exception>
    public static async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte> Text, int Length)> ReadAsync(
        Stream stream, long first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaximumLine];
        int start = 0;
        int end = 0;
        for (long number = first; ;)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return (number++, buffer.AsMemory(start, length), length + 1);
                start += length + 1;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                throw new ParameterException($"line {number}:", $"is longer than {MaximumLine / 1024} KiB.", 413);
            }

            int read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
            {
                if (end > 0)
                {
                    yield return (number, buffer.AsMemory(0, end), end);
                }

                yield break;
            }

            end += read;
        }
    }
}
