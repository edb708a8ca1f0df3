using System.Net;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator;

/// <summary>
/// Refuses what is not one of this machine's own programs, as long as the emulator listens on loopback: its credentials are known to everybody
/// then. Beyond loopback they are the owner's own, and protect it.
/// </summary>
internal sealed class LocalGuard(EmulatorOptions options)
{
    private readonly bool isOn = IPAddress.Parse(options.Address) is { } address && IPAddress.IsLoopback(address);
    private readonly LocalCallers callers = new(LocalCallers.Split(options.AllowedOrigins), LocalCallers.Split(options.AllowedHosts));

    /// <summary>Answers a request that is refused.</summary>
    /// <returns>Whether it was.</returns>
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
