using System.Net.Mime;

using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>A possible response of a function that succeeds.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The type of the body; <see langword="null"/> if there is none.</param>
/// <param name="MediaType">The media type of the body.</param>
/// <param name="IsNullable">Whether the body may be <c>null</c>.</param>
/// <param name="Description">When this is the response, as a sentence; <see langword="null"/> if it needs no description.</param>
internal sealed record FunctionAnswer(
    int Status, Type? Type, string MediaType = MediaTypeNames.Application.Json, bool IsNullable = false, string? Description = null)
{
    /// <summary>Creates a response with a JSON body.</summary>
    public static FunctionAnswer Json(Type type) => new(StatusCodes.Status200OK, type);

    /// <summary>Creates a response with a JSON body.</summary>
    public static FunctionAnswer Json<T>(int status = StatusCodes.Status200OK, string? description = null) =>
        new(status, typeof(T), Description: description);
}
