using System.Text.RegularExpressions;

namespace SyncFunctions.Emulator.Model;

/// <summary>Creates and recognises SIDs: two letters for the type, and 32 hexadecimal digits.</summary>
internal static partial class Sid
{
    public const string Account = "AC";

    public const string ApiKey = "SK";

    public const string Service = "IS";

    public const string StreamMessage = "TZ";

    /// <summary>The prefix of the ID of a message in the realtime protocol.</summary>
    public const string RealtimeMessage = "TM";

    private const string Request = "RQ";

    /// <summary>Gets the letters at the start of the SIDs of a kind.</summary>
    public static string Prefix(this ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "ET",
        ObjectKind.List => "ES",
        ObjectKind.Map => "MP",
        _ => "TO",
    };

    /// <summary>Creates a SID. The digits are in lower case, as in Twilio's.</summary>
    public static string New(string prefix) => prefix + Guid.NewGuid().ToString("N");

    /// <summary>Creates the ID of a request. It protects nothing, so it may be predictable, and need not wait for the operating system's random numbers.</summary>
    public static string NewRequest() => Request + Random.Shared.GetHexString(32, lowercase: true);

    /// <summary>Checks whether Sync reads a text as a SID and not as a unique name, whatever its first letters are.</summary>
    public static bool HasShape(string text) => Shape().IsMatch(text);

    /// <summary>Checks whether a text is a SID of a type.</summary>
    public static bool IsOf(string text, string prefix) => HasShape(text) && text.StartsWith(prefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Z]{2}[a-f0-9]{32}\z")]
    private static partial Regex Shape();
}
