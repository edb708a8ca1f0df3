namespace SyncFunctions.Functions.SignIn;

/// <summary>A caller does not get in.</summary>
/// <param name="status">The HTTP status: 401, or 403 for who is signed in as somebody else, 429 if too many try at once.</param>
/// <param name="detail">Why, as a sentence, and no hint of which part was wrong.</param>
public sealed class SignInException(int status, string detail) : Exception(detail)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status => status;

    /// <summary>Gets the parameter at fault; <see langword="null"/> for none.</summary>
    public string? Parameter { get; init; }

    /// <summary>Gets when the caller may try again; <see langword="null"/> if that is not said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
