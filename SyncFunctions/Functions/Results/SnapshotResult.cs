using System.Buffers;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Functions.Results;

/// <summary>
/// Sends a snapshot while it is read. If reading fails after the status was sent, the snapshot's last line reports the error instead of the counts, so
/// that it cannot be mistaken for a complete snapshot.
/// </summary>
/// <param name="begin">The part that has already been written.</param>
/// <param name="fail">Called with an error that occurs after the status was sent.</param>
internal sealed class SnapshotResult(SnapshotExporter exporter, ReadOnlyMemory<byte> begin, Action<Exception, ProblemResult> fail) : IResult
{
    /// <summary>The possible responses.</summary>
    public static readonly IReadOnlyList<FunctionAnswer> Answers =
        [new(StatusCodes.Status200OK, typeof(string), SnapshotFormat.MediaType, Description: "The snapshot: lines of JSON.")];

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        CancellationToken cancelled = httpContext.RequestAborted;
        response.ContentType = SnapshotFormat.MediaType;
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        response.BodyWriter.Write(begin.Span);
        try
        {
            await response.BodyWriter.FlushAsync(cancelled);
            while (!exporter.Cursor.IsComplete)
            {
                await exporter.WriteAsync(response.BodyWriter, cancelled);
                await response.BodyWriter.FlushAsync(cancelled);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // The caller has disconnected.
        }
#pragma warning disable CA1031 // The response itself must report the error, whatever it was.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ProblemResult problem = Problem.Of(exception);
            fail(exception, problem);
            SnapshotFormat.WriteError(response.BodyWriter, problem.Detail);
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }
    }
}
