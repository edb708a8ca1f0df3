using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.SignIn;

/// <summary>Finds out which user a request comes from: whom App Service has signed in, or who gives the password of a configured user.</summary>
public sealed class UserSignIn(SignInSettings settings, PasswordCheck passwords)
{
    // App Service sets it, and takes away one that the caller has sent
    // (https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities).
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-ID";

    private const string NotConfigured =
        "No user can sign in: the app has neither App Service authentication nor a user of its own (Tokens__Users__<name>).";

    private const string NotSignedIn = "Nobody is signed in: identity and password must be those of a user.";

    /// <summary>Finds the user's identity.</summary>
    /// <param name="identity">Who the caller says to be; <see langword="null"/> if that is not said.</param>
    /// <exception cref="SignInException">Nobody is signed in, or somebody else.</exception>
    public async Task<string> FindAsync(HttpRequest request, string? identity, string? password, CancellationToken cancellationToken)
    {
        if (Principal(request) is { } principal)
        {
            return identity is null || identity == principal
                ? principal
                : throw new SignInException(StatusCodes.Status403Forbidden, "identity is not that of the user who is signed in.") { Parameter = "identity" };
        }

        if (settings.Users.Count == 0)
        {
            throw new SignInException(StatusCodes.Status401Unauthorized, settings.UsesAppService ? "Nobody is signed in." : NotConfigured);
        }

        return identity is not null && password is not null && await passwords.IsValidAsync(identity, password, cancellationToken)
            ? identity
            : throw new SignInException(StatusCodes.Status401Unauthorized, NotSignedIn);
    }

    // Without App Service before the app the header is the caller's own word.
    private string? Principal(HttpRequest request) =>
        settings.UsesAppService && request.Headers[PrincipalHeader] is [{ Length: > 0 } principal] ? principal : null;
}
