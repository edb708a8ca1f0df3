using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;

namespace SyncFunctions.Functions.SignIn;

/// <summary>Who may sign in.</summary>
/// <param name="UsesAppService">Whether App Service signs users in before the app sees a request.</param>
/// <param name="Users">The users that the app knows by a password, by their names; these are case-sensitive.</param>
public sealed record SignInSettings(bool UsesAppService, IReadOnlyDictionary<string, PasswordHash> Users)
{
    private const string UsersKey = "Tokens:Users";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A user's hash cannot be used.</exception>
    internal static SignInSettings Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        // A key of the configuration is the same in any case; an identity of Twilio is not. So a user has the one name that is written there.
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
                    $"{Settings.Name(user.Path)} must be a hash as the command hash-password prints it, of {PasswordHash.MinimumIterations} iterations or more."));
            }
        }

        return new SignInSettings(AzureEnvironment.SignsUsersIn(configuration), users);
    }

    /// <summary>Shows no hash.</summary>
    public override string ToString() => $"{nameof(SignInSettings)} {{ {nameof(UsesAppService)} = {UsesAppService}, {nameof(Users)} = {Users.Count} }}";
}
