using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.PastLibrary;

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

    public async Task InitializeAsync() => App = await TestApp.StartAsync(Settings);

    public async Task DisposeAsync() => await App.DisposeAsync();
}

/// <summary>What these tests ask of answers beyond <see cref="Calls"/>.</summary>
internal static class Answers
{
    /// <summary>Calls a function that must refuse a parameter, by name.</summary>
    public static async Task RefusesAsync(this TestApp app, string function, object parameters, string parameter, int status = 400)
    {
        Problem problem = await app.FailAsync(function, parameters);
        problem.Should().BeEquivalentTo(
            new { Status = status, Parameter = parameter }, "{0} was called with {1}", function, JsonSerializer.Serialize(parameters));
        problem.Detail.Should().StartWith(parameter);
    }

    /// <summary>As <see cref="RefusesAsync"/>, with a body that is JSON text.</summary>
    public static async Task RefusesJsonAsync(this TestApp app, string function, string json, string parameter, int status = 400)
    {
        Problem problem = await app.PostJsonAsync(function, json).FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = status, Parameter = parameter }, "{0} was called with {1}", function, json);
        problem.Detail.Should().StartWith(parameter);
    }

    /// <summary>An object with one member that is padded so that its text has so many bytes.</summary>
    public static string DataOfSize(int bytes) => $$"""{"pad":"{{new string('x', bytes - """{"pad":""}""".Length)}}"}""";
}
