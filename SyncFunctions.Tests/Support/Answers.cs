using System.Text.Json;

namespace SyncFunctions.Tests.Support;

/// <summary>Assertions about functions that refuse a parameter, and data for them.</summary>
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
