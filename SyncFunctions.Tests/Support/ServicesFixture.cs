namespace SyncFunctions.Tests.Support;

/// <summary>One app for all tests of a class, with services beside the default one: <c>second</c>, and <c>paged</c> for a test that counts.</summary>
public sealed class ServicesFixture : IAsyncLifetime
{
    public const string SecondSid = "IS22222222222222222222222222222222";

    public TestApp App { get; private set; } = null!;

    public static Dictionary<string, string?> Settings => new()
    {
        ["Sync:Services:second:ServiceSid"] = SecondSid,
        ["Sync:Services:paged:ServiceSid"] = "IS33333333333333333333333333333333",
    };

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(Settings);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
