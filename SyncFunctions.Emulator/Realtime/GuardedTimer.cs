using Microsoft.Extensions.Logging;

namespace SyncFunctions.Emulator.Realtime;

/// <summary>Starts timers whose callbacks may throw. An unhandled exception in a callback would end the process.</summary>
internal static partial class GuardedTimer
{
    /// <param name="period"><see cref="Timeout.InfiniteTimeSpan"/> for once.</param>
    public static ITimer Start(TimeProvider time, ILogger logger, TimeSpan due, TimeSpan period, Action callback) => time.CreateTimer(
        _ =>
        {
            try
            {
                callback();
            }
#pragma warning disable CA1031 // no exception may end the process
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.CallbackFailed(logger, exception);
            }
        },
        null,
        due,
        period);

    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Error, "A timer of a realtime connection failed")]
        public static partial void CallbackFailed(ILogger logger, Exception exception);
    }
}
