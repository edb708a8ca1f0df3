using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions.SignIn;

/// <summary>Finds the user of a request: the one whom App Service has signed in, or a configured user whose password the request contains.</summary>
public sealed class UserSignIn(SignInSettings settings, PasswordCheck passwords)
{
    // App Service sets it, and removes one that the caller has sent
    // (https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities).
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-ID";

    private const string NotConfigured =
        "No user can sign in: the app has neither App Service authentication nor a user of its own (Tokens__Users__<name>).";

    private const string NotSignedIn = "No user is signed in: identity and password must be those of a user.";

    /// <summary>Finds the user's identity.</summary>
    /// <param name="identity">The identity that the caller claims; <see langword="null"/> if none is given.</param>
    /// <exception cref="SignInException">No user, or another user, is signed in.</exception>
    public async Task<string> FindAsync(HttpRequest request, string? identity, string? password, CancellationToken cancellationToken)
    {
        if (Principal(request) is { } principal)
        {
            return identity is null || identity == principal
                ? principal
                : throw new SignInException(StatusCodes.Status403Forbidden, "identity is not that of the signed-in user.") { Parameter = "identity" };
        }

        if (settings.Users.Count == 0)
        {
            throw new SignInException(StatusCodes.Status401Unauthorized, settings.UsesAppService ? "No user is signed in." : NotConfigured);
        }

        return identity is not null && password is not null && await passwords.IsValidAsync(identity, password, cancellationToken)
            ? identity
            : throw new SignInException(StatusCodes.Status401Unauthorized, NotSignedIn);
    }

    // Without App Service authentication, any caller could send the header.
    private string? Principal(HttpRequest request) =>
        settings.UsesAppService && request.Headers[PrincipalHeader] is [{ Length: > 0 } principal] ? principal : null;
}
