using Microsoft.Extensions.DependencyInjection;

namespace SyncFunctions.Tests.Support;

/// <summary>One app over one emulator for all tests of a class, with a clock that tests set forward: starting an app is not free.</summary>
public sealed class AppFixture : IAsyncLifetime
{
    public ManualTime Time { get; } = new();

    public TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(configure: services => services.AddSingleton<TimeProvider>(Time));

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
