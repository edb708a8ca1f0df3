using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>Marks a request whose Twilio signature is valid.</summary>
internal static class SignedCallback
{
    private static readonly object Key = new();

    /// <summary>Marks it.</summary>
    public static void Mark(HttpRequest request) => request.HttpContext.Items[Key] = Key;

    /// <summary>Whether it is marked.</summary>
    public static bool Is(HttpRequest request) => request.HttpContext.Items.ContainsKey(Key);
}
