using System.Net.Mime;

using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.Results;

/// <summary>An answer that a function may give if it succeeds.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">What the body holds; <see langword="null"/> if there is none.</param>
/// <param name="MediaType">How the body is written.</param>
/// <param name="IsNullable">Whether the body may be <c>null</c>.</param>
/// <param name="Description">When it is given, as a sentence; <see langword="null"/> if it goes without saying.</param>
internal sealed record FunctionAnswer(
    int Status, Type? Type, string MediaType = MediaTypeNames.Application.Json, bool IsNullable = false, string? Description = null)
{
    /// <summary>Makes the answer of a function that resolves to something.</summary>
    public static FunctionAnswer Json(Type type) => new(StatusCodes.Status200OK, type);

    /// <summary>Makes the answer of a function that resolves to something.</summary>
    public static FunctionAnswer Json<T>(int status = StatusCodes.Status200OK, string? description = null) =>
        new(status, typeof(T), Description: description);
}
