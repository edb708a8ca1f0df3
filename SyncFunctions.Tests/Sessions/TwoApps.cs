using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Client;
using SyncFunctions.Emulator;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Sessions;

/// <summary>
/// Two apps that share an emulator, like two instances in Azure that share a Sync service. The second can be stopped between any two requests.
/// </summary>
public sealed class TwoApps : IAsyncLifetime
{
    /// <summary>The one with the emulator.</summary>
    public TestApp First { get; private set; } = null!;

    public TestApp Second { get; private set; } = null!;

    internal StoppingTransport Sync { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        First = await TestApp.StartAsync();
        Dictionary<string, string?> settings = TestApp.TwilioAt(First.Emulator.Url);
        EmulatorOptions emulator = new();
        settings["Twilio:ApiKeySid"] = emulator.ApiKeySid;
        settings["Twilio:ApiKeySecret"] = emulator.ApiKeySecret;
        Second = await TestApp.StartAsync(settings, services =>
        {
            ServiceDescriptor original = services.Last(service => service.ServiceType == typeof(ISyncTransport));
            services.AddSingleton(provider => Sync = new StoppingTransport((ISyncTransport)original.ImplementationFactory!(provider)));
            services.AddSingleton<ISyncTransport>(provider => provider.GetRequiredService<StoppingTransport>());
            services.AddSingleton(new SyncClientOptions { AttemptTimeout = TimeSpan.FromMinutes(2), TotalTimeout = TimeSpan.FromMinutes(2) });
        });
        Sync = Second.Services.GetRequiredService<StoppingTransport>();
        // The first session of all takes more requests: it creates the maps.
        await First.ResolveAsync("createSession", new { startTime = "2000-01-01T00:00:00Z", endTime = "2000-01-01T01:00:00Z" });
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }
}

/// <summary>Lets requests to Sync through, until it is told to stop.</summary>
internal sealed class StoppingTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly Lock gate = new();
    private int left = int.MaxValue;
    private Func<Task> then = () => Task.CompletedTask;

    /// <summary>Lets a number of requests through, and then none, as if the app had ended.</summary>
    public void DieAfter(int requests) => Arm(requests, () => throw new InvalidOperationException("The app has ended."));

    /// <summary>Lets a number of requests through, and makes the next ones wait.</summary>
    /// <param name="isWaiting">Is set when one waits.</param>
    public void PauseAfter(int requests, TaskCompletionSource isWaiting, Task until) => Arm(requests, () =>
    {
        isWaiting.TrySetResult();
        return until;
    });

    public void GoOn() => Arm(int.MaxValue, () => Task.CompletedTask);

    public async Task<SyncResponse> SendAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        await Next();
        return await inner.SendAsync(request, cancellationToken);
    }

    private Task Next()
    {
        lock (gate)
        {
            return left-- > 0 ? Task.CompletedTask : then();
        }
    }

    private void Arm(int requests, Func<Task> next)
    {
        lock (gate)
        {
            (left, then) = (requests, next);
        }
    }
}
