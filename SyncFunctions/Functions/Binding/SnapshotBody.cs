using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using SyncFunctions.Store;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Functions.Binding;

/// <summary>Opens a snapshot in a request's body. Its size is limited, and it is never in memory as a whole.</summary>
internal static class SnapshotBody
{
    /// <summary>The maximum size of the body: an import of this size finishes within the time that a request may take.</summary>
    public const int MaximumSize = 32 * 1024 * 1024;

    /// <summary>Whether the body is a snapshot, by its content type.</summary>
    public static bool Is(HttpRequest request) => RequestBody.Is(request, SnapshotFormat.MediaType);

    /// <summary>Opens the body.</summary>
    /// <exception cref="ParameterException">413 if its Content-Length is too large, 415 if it is not a snapshot.</exception>
    public static Stream Open(HttpRequest request)
    {
        if (!Is(request))
        {
            throw new ParameterException(
                RequestBody.Parameter, $"must be a snapshot: {SnapshotFormat.MediaType}, in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }

        RequestBody.RefuseEncoding(request);
        // The web server's own limit is a little lower, and its error would neither name the body nor say how much was imported.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        return request.ContentLength > MaximumSize ? throw TooLarge() : new BoundedStream(request.Body);
    }

    private static ParameterException TooLarge() => new(
        RequestBody.Parameter,
        $"must not be larger than {MaximumSize / (1024 * 1024)} MiB. Import a larger snapshot with a job.",
        StatusCodes.Status413PayloadTooLarge);

    private sealed class BoundedStream(Stream body) : Stream
    {
        private long total;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (IOException exception)
            {
                // The web server cannot read it (for example a chunk with an invalid size), or the caller has disconnected.
                cancellationToken.ThrowIfCancellationRequested();
                throw new ParameterException(
                    RequestBody.Parameter,
                    "is incomplete, or is not well-formed HTTP.",
                    (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);
            }

            total += read;
            return total <= MaximumSize ? read : throw TooLarge();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}
