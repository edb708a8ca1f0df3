using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>The services that every connection uses.</summary>
internal sealed record RealtimeServices(
    SyncEngine Engine, RealtimeHub Hub, DataApi Data, AccessTokens Tokens, Reachability Reachability, RequestRecorder Recorder, TimeProvider Time)
{
    /// <summary>Finds the service of a token.</summary>
    /// <exception cref="TokenRefusedException">There is no such service.</exception>
    public SyncService FindService(string sidOrName)
    {
        try
        {
            return Engine.GetService(sidOrName);
        }
        catch (SyncFailureException)
        {
            throw new TokenRefusedException(20106, "Invalid Access Token grants");
        }
    }
}
