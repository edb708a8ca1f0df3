using System.Net;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator;

/// <summary>
/// Refuses requests that do not come from programs on this machine, if the emulator listens on loopback: its credentials may then be the public defaults.
/// Beyond loopback, the owner's own credentials protect it.
/// </summary>
internal sealed class LocalGuard(EmulatorOptions options)
{
    private readonly bool isOn = IPAddress.Parse(options.Address) is { } address && IPAddress.IsLoopback(address);
    private readonly LocalCallers callers = new(LocalCallers.Split(options.AllowedOrigins), LocalCallers.Split(options.AllowedHosts));

    /// <summary>Refuses a request if it is not allowed.</summary>
    /// <returns>Whether the request was refused.</returns>
    public async ValueTask<bool> RefuseAsync(HttpContext context)
    {
        ProtocolException? refusal = !isOn ? null : callers.Check(context.Request) switch
        {
            LocalRefusal.None => null,
            LocalRefusal.NotLocal => ProtocolErrors.NotLocal(),
            _ => ProtocolErrors.ForeignOrigin(),
        };
        if (refusal is null)
        {
            return false;
        }

        await JsonAnswer.SendAsync(context, refusal);
        return true;
    }
}
