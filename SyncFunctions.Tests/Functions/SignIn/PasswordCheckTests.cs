using System.Buffers.Binary;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

using SyncFunctions.Functions.SignIn;

namespace SyncFunctions.Tests.Functions.SignIn;

/// <summary>The cost of a password check, and how many run at once.</summary>
public sealed class PasswordCheckTests
{
    private const string Password = "correct horse";

    [Fact]
    public async Task A_check_costs_the_same_for_every_name_and_password()
    {
        using PasswordCheck check = Check(new CountingHasher(), out CountingHasher hasher, ("alice", 100_000), ("bob", 150_000), ("carol", 210_000));

        string[] users = ["alice", "bob", "carol"];
        foreach (string name in (string[])[.. users, "mallory", "Alice", ""])
        {
            foreach (string password in (string[])[Password, "wrong"])
            {
                hasher.Iterations = 0;
                (await check.IsValidAsync(name, password, default)).Should().Be(users.Contains(name) && password == Password);
                hasher.Iterations.Should().Be(210_000, "{0} tries", name);
            }
        }
    }

    [Fact]
    public async Task The_dummy_hash_of_a_check_lets_no_one_in()
    {
        // It accepts every hash, so the result only depends on whether the name is a user's.
        using PasswordCheck check = new(Settings(("alice", 100_000), ("bob", 210_000)), new BlindHasher(result: PasswordVerificationResult.Success));
        using PasswordCheck never = new(Settings(("alice", 100_000), ("bob", 210_000)), new BlindHasher(result: PasswordVerificationResult.Failed));

        (await check.IsValidAsync("alice", Password, default)).Should().BeTrue();
        (await check.IsValidAsync("mallory", Password, default)).Should().BeFalse();
        (await never.IsValidAsync("alice", Password, default)).Should().BeFalse();
    }

    [Fact]
    public async Task Only_a_few_checks_run_at_once_and_some_more_wait()
    {
        using BlockingHasher hasher = new();
        using PasswordCheck check = new(Settings(("alice", 100_000)), hasher);
        List<Task<bool>> checks = [.. Enumerable.Range(0, PasswordCheck.MaximumAtOnce).Select(_ => Task.Run(() => check.IsValidAsync("alice", Password, default)))];
        await hasher.BusyAsync(PasswordCheck.MaximumAtOnce);
        checks.AddRange(Enumerable.Range(0, PasswordCheck.MaximumWaiting).Select(_ => check.IsValidAsync("alice", Password, default)));

        Func<Task> another = () => check.IsValidAsync("alice", Password, default);
        SignInException refusal = (await another.Should().ThrowAsync<SignInException>()).Which;
        hasher.Open();

        refusal.Status.Should().Be(StatusCodes.Status429TooManyRequests);
        refusal.RetryAfter.Should().BePositive();
        (await Task.WhenAll(checks)).Should().AllBeEquivalentTo(true);
        hasher.MostAtOnce.Should().Be(PasswordCheck.MaximumAtOnce);
    }

    private static PasswordCheck Check(CountingHasher made, out CountingHasher hasher, params (string Name, int Iterations)[] users)
    {
        hasher = made;
        return new PasswordCheck(Settings(users), hasher);
    }

    private static SignInSettings Settings(params (string Name, int Iterations)[] users) => new(
        UsesAppService: false, users.ToDictionary(user => user.Name, user => PasswordHash.Of(Password, user.Iterations)));

    /// <summary>Verifies as ASP.NET Core does, and sums the iterations of the hashes.</summary>
    private sealed class CountingHasher : IPasswordHasher<string>
    {
        private readonly PasswordHasher<string> hasher = new(Options.Create(new PasswordHasherOptions()));

        public int Iterations { get; set; }

        public string HashPassword(string user, string password) => throw new NotSupportedException();

        public PasswordVerificationResult VerifyHashedPassword(string user, string hashedPassword, string providedPassword)
        {
            Iterations += BinaryPrimitives.ReadInt32BigEndian(Convert.FromBase64String(hashedPassword).AsSpan(5));
            return hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    private sealed class BlindHasher(PasswordVerificationResult result) : IPasswordHasher<string>
    {
        public string HashPassword(string user, string password) => throw new NotSupportedException();

        public PasswordVerificationResult VerifyHashedPassword(string user, string hashedPassword, string providedPassword) => result;
    }
}

/// <summary>Accepts every password, but only once the test allows it.</summary>
public sealed class BlockingHasher : IPasswordHasher<string>, IDisposable
{
    private readonly ManualResetEventSlim open = new();
    private int now;
    private int most;

    public int MostAtOnce => Volatile.Read(ref most);

    public void Open() => open.Set();

    public async Task BusyAsync(int count)
    {
        while (Volatile.Read(ref now) < count)
        {
            await Task.Delay(10);
        }
    }

    public string HashPassword(string user, string password) => throw new NotSupportedException();

    public PasswordVerificationResult VerifyHashedPassword(string user, string hashedPassword, string providedPassword)
    {
        int count = Interlocked.Increment(ref now);
        for (int seen = MostAtOnce; count > seen && Interlocked.CompareExchange(ref most, count, seen) != seen;)
        {
            seen = MostAtOnce;
        }

        open.Wait();
        Interlocked.Decrement(ref now);
        return PasswordVerificationResult.Success;
    }

    public void Dispose() => open.Dispose();
}
