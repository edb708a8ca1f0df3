using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The app as a worker of a Functions host.</summary>
public sealed class WorkerTests(WorkerTests.WorkerFixture fixture) : IClassFixture<WorkerTests.WorkerFixture>
{
    private readonly FunctionsHost host = fixture.Host;

    [Fact]
    public void The_worker_tells_the_host_of_exactly_the_functions_of_the_table() =>
        host.Functions.Select(function => new { function.Name, function.Route, Methods = Line(function.Methods), function.KeyLevel }).Should().BeEquivalentTo(
            FunctionTable.All.Select(function => new { function.Name, function.Route, Methods = Line(function.Methods), function.KeyLevel }));

    private static string Line(IEnumerable<string> methods) => string.Join(' ', methods.Order(StringComparer.Ordinal));

    /// <summary>One worker for all tests of a class.</summary>
    public sealed class WorkerFixture : IAsyncLifetime
    {
        public FunctionsHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await FunctionsHost.StartAsync();

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
