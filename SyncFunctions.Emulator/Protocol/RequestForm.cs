using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Emulator.Protocol;

/// <summary>Reads the form of a POST.</summary>
internal static class RequestForm
{
    /// <summary>Reads the form, or returns <see langword="null"/> if the request has none. Only form-encoded bodies are read, so any other body counts as none.</summary>
    /// <exception cref="ProtocolException">The form is too large, or cannot be read.</exception>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ProtocolErrors.EntityTooLarge();
        }
        catch (Exception exception) when (
            exception is InvalidDataException or NotSupportedException or BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest }
            || (exception is IOException and not BadHttpRequestException))
        {
            // A NUL, or more than a thousand parameters; an incomplete multipart body; a charset that is not safe to read (UTF-7); a chunk with an
            // invalid size.
            throw ProtocolErrors.InvalidData();
        }
    }
}
