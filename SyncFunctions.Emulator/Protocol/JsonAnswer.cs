using System.Buffers;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Sends responses with a JSON body.</summary>
internal static class JsonAnswer
{
    /// <summary>Creates a body.</summary>
    /// <param name="write">Writes it; <see langword="null"/> for none.</param>
    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter>? write)
    {
        if (write is null)
        {
            return default;
        }

        ArrayBufferWriter<byte> body = new(1024);
        using (Utf8JsonWriter json = new(body, ProtocolJson.WriterOptions))
        {
            write(json);
        }

        return body.WrittenMemory;
    }

    /// <summary>Sends a response.</summary>
    /// <param name="body">Its body; empty for none.</param>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        if (!body.IsEmpty)
        {
            response.ContentType = "application/json;charset=utf-8";
            response.ContentLength = body.Length;
            // Without a cancellation token: the web server itself ends the write if the caller disconnects.
            await response.BodyWriter.WriteAsync(body, CancellationToken.None);
        }
    }

    /// <summary>Sends an error.</summary>
    public static Task SendAsync(HttpContext context, ProtocolException error) => SendAsync(context, error.Status, Body(json => ErrorBody.Write(json, error)));
}
