namespace SyncFunctions.Tests.Support;

/// <summary>One emulator for all tests of a class; each test uses names of its own.</summary>
public sealed class SharedEmulator : IAsyncLifetime
{
    public TestEmulator Emulator { get; private set; } = null!;

    public static string NewName() => Guid.NewGuid().ToString();

    public async ValueTask InitializeAsync() => Emulator = await TestEmulator.StartAsync();

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
