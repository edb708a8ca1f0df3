namespace SyncFunctions.Functions.SignIn;

/// <summary>A caller could not sign in.</summary>
/// <param name="status">The HTTP status: 401, 403 if another user is signed in, or 429 if too many sign in at once.</param>
/// <param name="detail">The reason as a sentence, without a hint at which part was wrong.</param>
public sealed class SignInException(int status, string detail) : Exception(detail)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status => status;

    /// <summary>Gets the parameter that was wrong; <see langword="null"/> if there is none.</summary>
    public string? Parameter { get; init; }

    /// <summary>Gets when the caller may try again; <see langword="null"/> if that is not said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
