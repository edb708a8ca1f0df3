using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>Why a call may not be made.</summary>
/// <param name="Status">The HTTP status: 401 or 403.</param>
/// <param name="Detail">What is missing, as a sentence.</param>
public sealed record AccessRefusal(int Status, string Detail);

/// <summary>Decides who may call the functions that need a key, beyond what the host has checked already.</summary>
public interface IAccessPolicy
{
    /// <summary>Checks a call; <see langword="null"/> if it may be made.</summary>
    AccessRefusal? Check(HttpRequest request);

    /// <summary>Checks only whether a web page may make a call, of a function that checks its callers by itself; <see langword="null"/> if it may.</summary>
    AccessRefusal? CheckOrigin(HttpRequest request);
}
