using System.Buffers.Binary;
using System.Security.Cryptography;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace SyncFunctions.Functions.SignIn;

/// <summary>
/// The hash of a password, as in a setting: PBKDF2 with HMAC-SHA512, a random salt of 16 bytes and a key of 32, in the form that ASP.NET Core's
/// <see cref="PasswordHasher{TUser}"/> makes and reads.
/// </summary>
/// <param name="Text">The hash in Base64.</param>
/// <param name="Iterations">The number of iterations, which decides how long a check takes.</param>
public sealed record PasswordHash(string Text, int Iterations)
{
    /// <summary>The longest password, in UTF-16 characters.</summary>
    public const int MaximumPasswordLength = 256;

    /// <summary>The fewest iterations that are accepted: ASP.NET Core's default.</summary>
    public const int MinimumIterations = 100_000;

    /// <summary>The most iterations that are accepted: a check takes some seconds.</summary>
    public const int MaximumIterations = 5_000_000;

    /// <summary>The iterations of a new hash (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).</summary>
    public const int DefaultIterations = 210_000;

    private const byte Version3 = 1;
    private const uint HmacSha512 = 2;
    private const int Header = 1 + (3 * sizeof(uint));
    private const int SaltLength = 16;
    private const int KeyLength = 32;

    /// <summary>Hashes a password, with a new salt.</summary>
    public static PasswordHash Of(string password, int iterations = DefaultIterations) =>
        new(Hasher(iterations).HashPassword(nameof(PasswordHash), password), iterations);

    /// <summary>Creates a hash of an unknown password, whose check takes this many iterations.</summary>
    public static PasswordHash OfNobody(int iterations)
    {
        Span<byte> hash = stackalloc byte[Header + SaltLength + KeyLength];
        RandomNumberGenerator.Fill(hash);
        hash[0] = Version3;
        BinaryPrimitives.WriteUInt32BigEndian(hash[1..], HmacSha512);
        BinaryPrimitives.WriteUInt32BigEndian(hash[5..], (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(hash[9..], SaltLength);
        return new PasswordHash(Convert.ToBase64String(hash), iterations);
    }

    /// <summary>Reads a hash; <see langword="null"/> if the text is not a hash, or has too few or too many iterations.</summary>
    public static PasswordHash? TryParse(string text)
    {
        Span<byte> hash = stackalloc byte[Header + SaltLength + KeyLength];
        if (text.Length != Base64Length(hash.Length) || !Convert.TryFromBase64String(text, hash, out int length) || length != hash.Length)
        {
            return null;
        }

        uint iterations = BinaryPrimitives.ReadUInt32BigEndian(hash[5..]);
        return hash[0] == Version3
            && BinaryPrimitives.ReadUInt32BigEndian(hash[1..]) == HmacSha512
            && BinaryPrimitives.ReadUInt32BigEndian(hash[9..]) == SaltLength
            && iterations is >= MinimumIterations and <= MaximumIterations
            ? new PasswordHash(text, (int)iterations)
            : null;
    }

    /// <summary>Shows no hash.</summary>
    public override string ToString() => $"{nameof(PasswordHash)} {{ {nameof(Iterations)} = {Iterations} }}";

    private static PasswordHasher<string> Hasher(int iterations) => new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    private static int Base64Length(int bytes) => (bytes + 2) / 3 * 4;
}
