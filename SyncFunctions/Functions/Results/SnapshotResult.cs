using System.Buffers;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.Functions.Results;

/// <summary>
/// Answers with a snapshot as it is read. If that fails in the midst, when the status is sent already, the snapshot's last line says so instead of how
/// much there is, and nobody takes it for a whole one.
/// </summary>
/// <param name="begin">What is written so far.</param>
/// <param name="fail">Told of what nobody can be answered with any more.</param>
internal sealed class SnapshotResult(SnapshotExporter exporter, ReadOnlyMemory<byte> begin, Action<Exception, ProblemResult> fail) : IResult
{
    /// <summary>What callers may get.</summary>
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
            // Nobody waits for the rest.
        }
#pragma warning disable CA1031 // The answer itself must say so, whatever it was.
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
