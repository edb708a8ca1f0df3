using System.Buffers;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Holds one message while it is received and handled, in memory that all connections share.</summary>
internal sealed class MessageBuffer : IDisposable
{
    private const int InitialSize = 4096;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int length;

    /// <summary>Gets the bytes that were received. They are valid until the buffer is disposed.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    /// <summary>Gets room for further bytes. It is never empty.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (length == buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
                Written.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            return buffer.AsMemory(length);
        }
    }

    /// <summary>Adds the bytes that were received into <see cref="Free"/>.</summary>
    public void Advance(int count) => length += count;

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
