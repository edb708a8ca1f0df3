using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

using SyncFunctions.Configuration;
using SyncFunctions.Emulator;
using SyncFunctions.Functions;

namespace SyncFunctions.Hosting;

/// <summary>The policy on a developer's machine, if no function key is asked for: only the machine's own programs may call, and Twilio by its signature.</summary>
internal sealed class KeylessAccess(LocalCallers callers) : IAccessPolicy
{
    private static readonly AccessRefusal Foreign = new(
        StatusCodes.Status403Forbidden,
        "A web page of another origin sent the request. Name its origin in Cors__AllowedOrigins if it may call the functions.");

    /// <summary>Reads the policy out of <c>Cors__AllowedOrigins</c> and <c>LocalAccess__AllowedHosts</c>.</summary>
    public static KeylessAccess Read(IConfiguration configuration)
    {
        Settings settings = new(configuration);
        return new KeylessAccess(new LocalCallers(AllowedOrigins.Read(configuration), LocalCallers.Split(settings.Value("LocalAccess:AllowedHosts"))));
    }

    /// <inheritdoc/>
    public AccessRefusal? Check(HttpRequest request) => SignedCallback.Is(request)
        ? null
        : callers.Check(request) switch
        {
            LocalRefusal.None => null,
            LocalRefusal.NotLocal => new AccessRefusal(
                StatusCodes.Status401Unauthorized,
                "The request did not come straight from this machine (its Host is another, or a proxy or tunnel has passed it on), and no function key is "
                + "configured. Set FunctionKeys__Host and send that key, or let Twilio call webhook/… with its signature."),
            _ => Foreign,
        };

    /// <inheritdoc/>
    public AccessRefusal? CheckOrigin(HttpRequest request) => callers.IsForeignPage(request) ? Foreign : null;
}
