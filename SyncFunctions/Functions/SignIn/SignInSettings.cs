using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;

namespace SyncFunctions.Functions.SignIn;

/// <summary>The settings of users who may sign in.</summary>
/// <param name="UsesAppService">Whether App Service signs users in before a request reaches the app.</param>
/// <param name="Users">The password hashes of the app's own users by their names, which are case-sensitive.</param>
public sealed record SignInSettings(bool UsesAppService, IReadOnlyDictionary<string, PasswordHash> Users)
{
    private const string UsersKey = "Tokens:Users";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A user's hash cannot be used.</exception>
    internal static SignInSettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        // Configuration keys are not case-sensitive, but Twilio's identities are. So a user's name must match exactly.
        Dictionary<string, PasswordHash> users = new(StringComparer.Ordinal);
        foreach (IConfigurationSection user in configuration.GetSection(UsersKey).GetChildren())
        {
            if (user.GetChildren().Any())
            {
                throw new StartupException($"{Settings.Name(user.Path)} must be a hash: a user's name cannot have __ or a colon.");
            }

            if (settings.Value(user.Path) is { } text)
            {
                users.Add(user.Key, PasswordHash.TryParse(text) ?? throw new StartupException(
                    $"{Settings.Name(user.Path)} must be a hash that the command hash-password printed, with {PasswordHash.MinimumIterations} iterations or more."));
            }
        }

        return new SignInSettings(AzureEnvironment.SignsUsersIn(configuration), users);
    }

    /// <summary>Shows no hash.</summary>
    public override string ToString() => $"{nameof(SignInSettings)} {{ {nameof(UsesAppService)} = {UsesAppService}, {nameof(Users)} = {Users.Count} }}";
}
