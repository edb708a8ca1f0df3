using System.Threading.RateLimiting;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace SyncFunctions.Functions.SignIn;

/// <summary>
/// Checks passwords. A check takes the same time for every name, known or unknown, so that the time reveals nothing. Only a few run at once, so that
/// callers without a key cannot exhaust the processor.
/// </summary>
public sealed class PasswordCheck : IDisposable
{
    /// <summary>How many checks may wait for their turn.</summary>
    public const int MaximumWaiting = 20;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Account> users;
    private readonly Account nobody;
    private readonly IPasswordHasher<string> hasher;
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MaximumAtOnce,
        QueueLimit = MaximumWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Creates a check of users.</summary>
    public PasswordCheck(SignInSettings settings)
        : this(settings, new PasswordHasher<string>())
    {
    }

    internal PasswordCheck(SignInSettings settings, IPasswordHasher<string> hasher)
    {
        this.hasher = hasher;
        // Older versions of the command may have made hashes with fewer iterations. A second, dummy check adds the missing ones.
        int cost = settings.Users.Values.Select(hash => hash.Iterations).DefaultIfEmpty(PasswordHash.DefaultIterations).Max();
        nobody = new Account(PasswordHash.OfNobody(cost), Rest: null);
        users = settings.Users.ToDictionary(
            user => user.Key,
            user => new Account(user.Value, user.Value.Iterations < cost ? PasswordHash.OfNobody(cost - user.Value.Iterations) : null),
            StringComparer.Ordinal);
    }

    /// <summary>Gets how many checks run at once: half the number of processors, at most four.</summary>
    public static int MaximumAtOnce { get; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Tells whether a password is a user's.</summary>
    /// <exception cref="SignInException">429 if too many checks are already waiting.</exception>
    public async Task<bool> IsValidAsync(string user, string password, CancellationToken cancellationToken)
    {
        using RateLimitLease lease = await limiter.AcquireAsync(cancellationToken: cancellationToken);
        if (!lease.IsAcquired)
        {
            throw new SignInException(StatusCodes.Status429TooManyRequests, "Too many users sign in at once.") { RetryAfter = RetryAfter };
        }

        Account account = users.GetValueOrDefault(user, nobody);
        bool matches = Matches(account.Hash, password);
        if (account.Rest is { } rest)
        {
            Matches(rest, password);
        }

        return matches && !ReferenceEquals(account, nobody);
    }

    /// <inheritdoc/>
    public void Dispose() => limiter.Dispose();

    private bool Matches(PasswordHash hash, string password) =>
        hasher.VerifyHashedPassword(nameof(PasswordCheck), hash.Text, password) != PasswordVerificationResult.Failed;

    /// <summary>The hashes that are checked for a name.</summary>
    /// <param name="Rest">A dummy hash that is checked only for the time that it takes.</param>
    private sealed record Account(PasswordHash Hash, PasswordHash? Rest);
}
