using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>What every connection works with.</summary>
internal sealed record RealtimeServices(
    SyncEngine Engine, RealtimeHub Hub, DataApi Data, AccessTokens Tokens, Reachability Reachability, RequestRecorder Recorder, TimeProvider Time)
{
    /// <summary>The service of a token.</summary>
    /// <exception cref="TokenRefusedException">There is none.</exception>
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
