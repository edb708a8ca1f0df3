namespace SyncFunctions.Tests.Support;

/// <summary>Checks what came of the scenarios of a Node suite (<see cref="NodeRun.Outcomes"/>).</summary>
internal static class ScenarioOutcomes
{
    /// <summary>Fails the test, with the scenario's whole error, unless the scenario ran and succeeded.</summary>
    /// <param name="errors">What the suite wrote to its standard error.</param>
    public static void ShouldSucceed(this IReadOnlyDictionary<string, string> outcomes, string scenario, string errors = "")
    {
        outcomes.Should().ContainKey(scenario, "the suite wrote {0}", errors);
        // The message of Be would show only the beginning of the error.
        string outcome = outcomes[scenario];
        (outcome == "ok").Should().BeTrue("it ended with {0}", outcome);
    }
}
