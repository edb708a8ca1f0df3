using System.Text.RegularExpressions;

namespace SyncFunctions.Emulator.Model;

/// <summary>Makes and recognises SIDs: two letters of type and 32 hexadecimal digits.</summary>
internal static partial class Sid
{
    public const string Account = "AC";

    public const string ApiKey = "SK";

    public const string Service = "IS";

    public const string StreamMessage = "TZ";

    /// <summary>What a message of the realtime protocol is called.</summary>
    public const string RealtimeMessage = "TM";

    public const string Request = "RQ";

    /// <summary>The letters that the SIDs of a kind begin with.</summary>
    public static string Prefix(this ObjectKind kind) => kind switch
    {
        ObjectKind.Document => "ET",
        ObjectKind.List => "ES",
        ObjectKind.Map => "MP",
        _ => "TO",
    };

    /// <summary>A new SID; the digits are lower case, as Twilio writes them.</summary>
    public static string New(string prefix) => prefix + Guid.NewGuid().ToString("N");

    /// <summary>True for what Sync takes as a SID and not as a unique name, whatever its first letters mean.</summary>
    public static bool HasShape(string text) => Shape().IsMatch(text);

    /// <summary>Whether a text is a SID of a type.</summary>
    public static bool IsOf(string text, string prefix) => HasShape(text) && text.StartsWith(prefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Z]{2}[a-f0-9]{32}\z")]
    private static partial Regex Shape();
}
