using System.Globalization;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary>Reads the request parameters of Sync's REST API, with their rules and errors.</summary>
internal static class RestParameters
{
    public static string? UniqueName(this RestCall call) => Rules.UniqueName(call.Form("UniqueName"));

    public static string ItemKey(this RestCall call) => Rules.ItemKey(call.Form("Key"));

    /// <summary>Reads the JSON text of <c>Data</c>, or null if it was not given.</summary>
    /// <param name="kind">The kind of object: lists and maps stand for their items, streams for their messages.</param>
    public static string? Data(this RestCall call, ObjectKind kind) => call.Form("Data") is { } data ? Rules.Data(data, kind) : null;

    /// <summary>Reads the expiry from the first of the names that was given; the other names are its aliases.</summary>
    public static Expiry Ttl(this RestCall call, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (call.Form(name) is { Length: > 0 } text)
            {
                return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= Rules.MaximumTtl
                    ? Expiry.After(seconds)
                    : throw ProtocolErrors.InvalidTtl();
            }
        }

        return Expiry.Keep;
    }

    /// <summary>Reads the revision in <c>If-Match</c>, or null for any.</summary>
    public static long? IfMatch(this RestCall call) => Rules.Revision(call.Header("If-Match"));

    public static bool? Boolean(this RestCall call, string name) => call.Form(name) switch
    {
        null => null,
        { } text when bool.TryParse(text, out bool value) => value,
        _ => throw ProtocolErrors.InvalidParameter(name),
    };
}
