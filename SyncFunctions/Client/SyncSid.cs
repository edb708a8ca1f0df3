using System.Text.RegularExpressions;

namespace SyncFunctions.Client;

/// <summary>The form of Twilio's SIDs: two letters for the type of resource, and 32 hexadecimal digits.</summary>
public static partial class SyncSid
{
    /// <summary>Tells whether a text has the form of a SID of any type.</summary>
    public static bool HasForm(string text) => Form().IsMatch(text);

    /// <summary>Tells whether a text has the form of a SID that begins with these letters.</summary>
    public static bool IsOf(string text, string prefix) => HasForm(text) && text.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Describes a SID with these letters, for messages.</summary>
    public static string Describe(string prefix) => $"{prefix} followed by 32 hexadecimal digits";

    // Twilio writes the digits in lower case, and accepts upper case too.
    [GeneratedRegex(@"^[A-Z]{2}[a-fA-F0-9]{32}\z")]
    private static partial Regex Form();
}
