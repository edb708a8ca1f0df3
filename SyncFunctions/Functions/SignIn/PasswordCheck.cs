using System.Threading.RateLimiting;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace SyncFunctions.Functions.SignIn;

/// <summary>
/// Checks passwords. A check costs the same for every name, known or not, so that its time tells nothing; and only a few are under way at once, so
/// that callers without a key cannot use up the processor.
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
        // Hashes may have been made with different iterations, by older versions of the command. The missing ones are made up for.
        int cost = settings.Users.Values.Select(hash => hash.Iterations).DefaultIfEmpty(PasswordHash.DefaultIterations).Max();
        nobody = new Account(PasswordHash.OfNobody(cost), Rest: null);
        users = settings.Users.ToDictionary(
            user => user.Key,
            user => new Account(user.Value, user.Value.Iterations < cost ? PasswordHash.OfNobody(cost - user.Value.Iterations) : null),
            StringComparer.Ordinal);
    }

    /// <summary>Gets how many checks are under way at once: on half of the processors, four at the most.</summary>
    public static int MaximumAtOnce { get; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Tells whether a password is a user's.</summary>
    /// <exception cref="SignInException">429: too many wait already.</exception>
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

    /// <summary>What is checked for a name.</summary>
    /// <param name="Rest">What is checked besides, for nothing but its cost.</param>
    private sealed record Account(PasswordHash Hash, PasswordHash? Rest);
}
