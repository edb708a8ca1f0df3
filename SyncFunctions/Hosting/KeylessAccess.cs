using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Functions;

namespace SyncFunctions.Hosting;

/// <summary>
/// The policy on a developer's machine if no function key is required: only programs on the machine may call, and Twilio with its signature.
/// </summary>
/// <param name="isHostHidden">Whether requests arrive without their caller's <c>Host</c> header, as from the Functions host.</param>
internal sealed class KeylessAccess(LocalCallers callers, bool isHostHidden) : IAccessPolicy
{
    private const string NotLocal =
        "The request did not come directly from this machine (it has another Host, or came through a proxy or tunnel), and no function key is "
        + "configured. Set FunctionKeys__Host and send that key, or let Twilio call webhook/… with its signature.";

    private static readonly AccessRefusal Foreign = new(
        StatusCodes.Status403Forbidden,
        "A web page of another origin sent the request. Name its origin in Cors__AllowedOrigins if it may call the functions.");

    /// <summary>Reads the policy from <c>Cors__AllowedOrigins</c> and <c>LocalAccess__AllowedHosts</c>.</summary>
    public static KeylessAccess Read(IConfiguration configuration, bool isHostHidden)
    {
        Settings settings = new(configuration);
        return new KeylessAccess(
            new LocalCallers(AllowedOrigins.Read(configuration), LocalCallers.Split(settings.Value("LocalAccess:AllowedHosts"))), isHostHidden);
    }

    /// <inheritdoc/>
    public AccessRefusal? Check(HttpRequest request) => SignedCallback.Is(request)
        ? null
        : callers.Check(request) switch
        {
            LocalRefusal.None when isHostHidden && IsFromBrowserElsewhere(request.Headers) => new AccessRefusal(StatusCodes.Status401Unauthorized, NotLocal),
            LocalRefusal.None => null,
            LocalRefusal.NotLocal => new AccessRefusal(StatusCodes.Status401Unauthorized, NotLocal),
            _ => Foreign,
        };

    /// <inheritdoc/>
    public AccessRefusal? CheckOrigin(HttpRequest request) => callers.IsForeignPage(request) ? Foreign : null;

    // A browser sends Sec-Fetch-Site, but only to an address that it trusts: https, or this machine by its own name or number
    // (https://www.w3.org/TR/fetch-metadata/#fetch-metadata-headers). A browser that does not send it was given another name, for example by DNS
    // rebinding. PowerShell uses a browser's User-Agent, but is not a browser.
    private static bool IsFromBrowserElsewhere(IHeaderDictionary headers) =>
        headers.UserAgent.ToString() is var agent
        && agent.StartsWith("Mozilla/", StringComparison.Ordinal)
        && !agent.Contains("PowerShell", StringComparison.Ordinal)
        && !headers.ContainsKey("Sec-Fetch-Site");
}
