using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>Why a call is refused.</summary>
/// <param name="Status">The HTTP status: 401 or 403.</param>
/// <param name="Detail">What is missing, as a sentence.</param>
public sealed record AccessRefusal(int Status, string Detail);

/// <summary>Decides who may call the functions that need a key, in addition to the host's own checks.</summary>
public interface IAccessPolicy
{
    /// <summary>Checks a call; <see langword="null"/> if it is allowed.</summary>
    AccessRefusal? Check(HttpRequest request);

    /// <summary>
    /// Only checks the web page that makes a call, for functions that check their callers themselves; <see langword="null"/> if the call is allowed.
    /// </summary>
    AccessRefusal? CheckOrigin(HttpRequest request);
}
