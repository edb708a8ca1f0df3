using System.Reflection;

using Microsoft.Extensions.Logging;

using SyncFunctions.Client;
using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Architecture;

/// <summary>Rules for the log lines of the app and its emulator, which share a log.</summary>
public sealed class LogTests
{
    private static readonly LoggerMessageAttribute[] Messages =
    [
        .. from type in typeof(SyncClient).Assembly.GetTypes().Concat(typeof(EmulatorServer).Assembly.GetTypes())
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select message,
    ];

    [Fact]
    public void An_event_id_stands_for_one_event()
    {
        Messages.Should().NotBeEmpty();
        Messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems();
    }
}
