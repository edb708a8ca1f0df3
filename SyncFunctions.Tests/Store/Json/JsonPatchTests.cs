using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using SyncFunctions.Client;
using SyncFunctions.Store;
using SyncFunctions.Store.Json;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store.Json;

public sealed class JsonPatchTests
{
    private const int Seed = 6902;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    [Theory]
    // Of what is not changed, blanks, the spelling of numbers and names, and the order stay.
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"add","path":"/c","value":1e1}]""", """{ "a" : 1.0 , "b":[ 1, 2 ,3 ],"c":1e1 }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"add","path":"/b/1","value":9}]""", """{ "a" : 1.0 , "b":[ 1, 9,2 ,3 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"add","path":"/b/-","value":{"n": 4}}]""", """{ "a" : 1.0 , "b":[ 1, 2 ,3,{"n": 4} ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"add","path":"/b/3","value":4}]""", """{ "a" : 1.0 , "b":[ 1, 2 ,3,4 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"remove","path":"/b/0"}]""", """{ "a" : 1.0 , "b":[ 2 ,3 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"remove","path":"/b/2"}]""", """{ "a" : 1.0 , "b":[ 1, 2 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"remove","path":"/a"}]""", """{ "b":[ 1, 2 ,3 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"remove","path":"/b"}]""", """{ "a" : 1.0 }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"replace","path":"/a","value":2.50}]""", """{ "a" : 2.50 , "b":[ 1, 2 ,3 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b":[ 1, 2 ,3 ] }""", """[{"op":"copy","from":"/a","path":"/b/0"}]""", """{ "a" : 1.0 , "b":[ 1.0,1, 2 ,3 ] }""")]
    [InlineData("""{"a":{"b" : 1},"c":{}}""", """[{"op":"move","from":"/a","path":"/c/a"}]""", """{"c":{"a":{"b" : 1}}}""")]
    [InlineData("""{"\u0061":1,"big":12345678901234567890}""", """[{"op":"replace","path":"/a","value":2}]""", """{"\u0061":2,"big":12345678901234567890}""")]
    [InlineData("""{ }""", """[{"op":"add","path":"/a","value":[]},{"op":"add","path":"/a/-","value":1}]""", """{"a":[1] }""")]
    [InlineData("""{ "a":1 }""", """[{"op":"remove","path":"/a"}]""", """{  }""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"","value":{"b": 2}}]""", """{"b": 2}""")]
    [InlineData("""{"a":{"b":2}}""", """[{"op":"move","from":"/a","path":""}]""", """{"b":2}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"","path":"/b"}]""", """{"a":1,"b":{"a":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a","path":"/a"}]""", """{"a":{"b":1}}""")]
    [InlineData("""{"é":1}""", """[{"op":"add","path":"/ü\"","value":"ä"}]""", """{"é":1,"\u00FC\u0022":"ä"}""")]
    // Readers see the last of members with one name.
    [InlineData("""{"a":1,"a":2}""", """[{"op":"test","path":"/a","value":2},{"op":"replace","path":"/a","value":3}]""", """{"a":1,"a":3}""")]
    [InlineData("""{"a":1,"b":0,"a":2}""", """[{"op":"remove","path":"/a"}]""", """{"b":0}""")]
    [InlineData("""{"a":1,"a":{"n":[1]}}""", """[{"op":"add","path":"/a/n/-","value":2}]""", """{"a":1,"a":{"n":[1,2]}}""")]
    public void A_patch_leaves_the_text_that_it_does_not_touch(string data, string patch, string result) => Apply(data, patch).Should().Be(result);

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("100", "1e2")]
    [InlineData("0", "-0.0")]
    [InlineData("0.1", "0.10")]
    [InlineData("\"a\"", "\"\\u0061\"")]
    [InlineData("""{"a":[1,{"b":null}],"c":true}""", """{ "c":true, "a":[ 1.0, {"b":null} ] }""")]
    [InlineData("""{"a":1}""", """{"a":0,"a":1}""")]
    public void A_test_compares_what_values_mean(string value, string written) =>
        Apply($$"""{"v":{{written}}}""", $$"""[{"op":"test","path":"/v","value":{{value}}}]""").Should().Be($$"""{"v":{{written}}}""");

    [Theory]
    [InlineData("1", "2")]
    [InlineData("12345678901234567890", "12345678901234567891")]
    [InlineData("1", "\"1\"")]
    [InlineData("0", "false")]
    [InlineData("null", "{}")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[1]", "[1,1]")]
    [InlineData("""{"a":1}""", """{"a":1,"b":1}""")]
    [InlineData("""{"a":1,"b":1}""", """{"a":1}""")]
    [InlineData("\"a\"", "\"\\ud800\"")]
    public void A_test_of_another_value_is_a_conflict_that_names_the_operation(string value, string written) =>
        Refused($$"""{"v":{{written}}}""", $$"""[{"op":"add","path":"/w","value":1},{"op":"test","path":"/v","value":{{value}}}]""")
            .Should().BeEquivalentTo(new { Status = 409, Parameter = "patch[1]" });

    [Theory]
    [InlineData("[5]", "patch[0]")]
    [InlineData("[{}]", "patch[0].op")]
    [InlineData("""[{"op":5,"path":"/a"}]""", "patch[0].op")]
    [InlineData("""[{"op":"Add","path":"/a","value":1}]""", "patch[0].op")]
    [InlineData("""[{"op":"add","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":5,"value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/~2","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/a"}]""", "patch[0].value")]
    [InlineData("""[{"op":"test","path":"/a"}]""", "patch[0].value")]
    [InlineData("""[{"op":"add","path":"","value":[]}]""", "patch[0].value")]
    [InlineData("""[{"op":"replace","path":"","value":1}]""", "patch[0].value")]
    [InlineData("""[{"op":"remove","path":""}]""", "patch[0].path")]
    [InlineData("""[{"op":"move","path":"/a"}]""", "patch[0].from")]
    [InlineData("""[{"op":"move","from":"/list","path":"/list/0"}]""", "patch[0].from")]
    [InlineData("""[{"op":"move","from":"","path":"/a"}]""", "patch[0].from")]
    [InlineData("""[{"op":"copy","from":"/a","path":""}]""", "patch[0].path")]
    [InlineData("""[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]""", "patch[1].path")]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/b/c","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/a/b","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/list/4","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/list/01","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/list/x","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"add","path":"/list/9999999999","value":1}]""", "patch[0].path")]
    [InlineData("""[{"op":"remove","path":"/list/-"}]""", "patch[0].path")]
    [InlineData("""[{"op":"remove","path":"/list/3"}]""", "patch[0].path")]
    [InlineData("""[{"op":"copy","from":"/b","path":"/a"}]""", "patch[0].from")]
    [InlineData("""[{"op":"copy","from":"/list/-","path":"/a"}]""", "patch[0].from")]
    public void What_is_wrong_is_named_by_operation_and_member(string patch, string parameter) =>
        Refused("""{"a":1,"list":[1,2,3]}""", patch).Should().BeEquivalentTo(new { Status = 400, Parameter = parameter });

    [Fact]
    public void A_patch_of_too_many_operations_or_too_deep_a_path_is_refused()
    {
        string many = $"[{string.Join(',', Enumerable.Repeat("""{"op":"remove","path":"/a"}""", JsonPatch.MaximumOperations + 1))}]";
        Refused("{}", many).Should().BeEquivalentTo(new { Status = 400, Parameter = "patch" });

        string deep = $$"""[{"op":"add","path":"{{string.Concat(Enumerable.Repeat("/a", 65))}}","value":1}]""";
        Refused("{}", deep).Should().BeEquivalentTo(new { Status = 400, Parameter = "patch[0].path" });
    }

    [Fact]
    public void Copies_of_copies_are_stopped_before_they_fill_the_memory()
    {
        string doubling = $"[{string.Join(',', Enumerable.Range(0, 1000).Select(n => $$"""{"op":"copy","from":"","path":"/{{n}}"}"""))}]";
        Refused("""{"text":"text"}""", doubling).Should().BeEquivalentTo(new { Status = 413, Parameter = "patch" });
    }

    [Fact]
    public void Deep_brackets_that_others_wrote_are_passed_in_one_reading_each()
    {
        string brackets = new string('[', 8000) + new string(']', 8000);
        string patch = $"[{string.Join(',', Enumerable.Repeat("""{"op":"add","path":"/n","value":1}""", 200))}]";
        Apply($$"""{"deep":{{brackets}}}""", patch).Should().Be($$"""{"deep":{{brackets}},"n":1}""");
        string deep = $$"""[{"op":"test","path":"/deep","value":{{new string('[', 40) + new string(']', 40)}}}]""";
        Refused($$"""{"deep":{{brackets}}}""", deep).Status.Should().Be(409);
    }

    [Fact]
    public async Task The_published_suite_of_cases_passes()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        NodeRun suite = await node.RunAsync(["json-patch.mjs", "suite"], new Dictionary<string, string>(), Timeout);
        suite.ExitCode.Should().Be(0, suite.Errors);

        int applied = 0;
        foreach (JsonObject test in suite.Lines.Select(line => JsonNode.Parse(line)!.AsObject()))
        {
            // Many cases patch arrays and scalars. Data is always an object: here they are a member of one.
            string data = $$"""{"it":{{test["doc"]!.ToJsonString()}}}""";
            string patch = Under("/it", test["patch"]!.AsArray()).ToJsonString();
            string name = test["name"]!.GetValue<string>();
            if (test["fails"]!.GetValue<bool>())
            {
                Refused(data, patch).Should().NotBeNull(name);
            }
            else
            {
                JsonNode.DeepEquals(JsonNode.Parse(Apply(data, patch))!["it"], test["expected"] ?? test["doc"]).Should().BeTrue("{0} gave {1}", name, Apply(data, patch));
            }

            applied++;
        }

        applied.Should().BeGreaterThan(90);
    }

    [Fact]
    public async Task Generated_patches_give_the_same_results_as_another_library()
    {
        NodeProgram node = await NodeProgram.InstallAsync();
        Assert.SkipUnless(node.Unavailable is null, node.Unavailable ?? "");
        Random random = new(Seed);
        (string Data, string Patch)[] cases = [.. Enumerable.Range(0, 2000).Select(_ => Case(random))];
        using TemporaryFolder folder = new();
        string file = folder.File("cases");
        await File.WriteAllLinesAsync(file, cases.Select(made => $$"""{"doc":{{made.Data}},"patch":{{made.Patch}}}"""), TestContext.Current.CancellationToken);
        NodeRun run = await node.RunAsync(["json-patch.mjs", "apply", file], new Dictionary<string, string>(), Timeout);
        run.ExitCode.Should().Be(0, run.Errors);

        // The other library is laxer: it takes any name for an array's first index. What is applied here must be the same there.
        int succeeded = 0;
        foreach (((string data, string patch), JsonNode other) in cases.Zip(run.Lines.Select(line => JsonNode.Parse(line)!)))
        {
            if (TryApply(data, patch) is { } applied)
            {
                other["error"].Should().BeNull("{0} on {1} gave {2}", patch, data, applied);
                JsonNode.DeepEquals(JsonNode.Parse(applied), other["doc"]).Should().BeTrue("{0} on {1} gave {2}", patch, data, applied);
                succeeded++;
            }
        }

        succeeded.Should().BeInRange(300, 1900);
    }

    private static JsonArray Under(string prefix, JsonArray patch)
    {
        JsonArray moved = [.. patch.Select(operation => operation!.DeepClone())];
        foreach (JsonObject operation in moved.OfType<JsonObject>())
        {
            foreach (string member in (string[])["path", "from"])
            {
                // A text that is not a pointer is kept.
                if (operation[member] is { } value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var pointer and ("" or ['/', ..]))
                {
                    operation[member] = prefix + pointer;
                }
            }
        }

        return moved;
    }

    private static (string Data, string Patch) Case(Random random)
    {
        string data = Json(random, 3, isObject: true);
        JsonNode root = JsonNode.Parse(data)!;
        return (data, $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Operation()))}]");

        string Operation() => $$"""
            {"op":"{{Pick(random, "add", "remove", "replace", "move", "copy", "test")}}","path":"{{Way(random, root)}}","from":"{{Way(random, root)}}","value":{{Json(random, 2, false)}}}
            """;
    }

    // Mostly to an existing value.
    private static string Way(Random random, JsonNode? node)
    {
        string made = "/" + Pick(random, "a", "0", "-");
        return (random.Next(4), node) switch
        {
            (0, _) => made,
            (_, JsonObject { Count: > 0 } members) => members.ElementAt(random.Next(members.Count)) is var member && random.Next(2) == 0
                ? $"/{member.Key.Replace("/", "~1", StringComparison.Ordinal)}"
                : $"/{member.Key.Replace("/", "~1", StringComparison.Ordinal)}{Way(random, member.Value)}",
            (_, JsonArray { Count: > 0 } elements) => random.Next(elements.Count) is var index && random.Next(2) == 0 ? $"/{index}" : $"/{index}{Way(random, elements[index])}",
            _ => made,
        };
    }

    private static string Json(Random random, int depth, bool isObject) => (isObject ? 0 : random.Next(depth > 0 ? 5 : 3) + 1, depth) switch
    {
        (0 or 4, _) =>
            $$"""{{{string.Join(" ,", ((string[])["a", "b", "0", "/", ""]).Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\": {Json(random, depth - 1, false)}"))}}}""",
        (5, _) => $"[{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth - 1, false)))}]",
        (1, _) => random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture),
        (2, _) => Pick(random, "true", "null"),
        _ => Pick(random, "\"a\"", "\"\""),
    };

    private static string Pick(Random random, params string[] values) => values[random.Next(values.Length)];

    private static string Apply(string data, string patch) => JsonPatch.Read("patch", JsonElement.Parse(patch)).Apply(new JsonText(Encoding.UTF8.GetBytes(data)));

    private static string? TryApply(string data, string patch)
    {
        try
        {
            return Apply(data, patch);
        }
        catch (ParameterException)
        {
            return null;
        }
    }

    private static ParameterException Refused(string data, string patch) =>
        FluentActions.Invoking(() => Apply(data, patch)).Should().Throw<ParameterException>("{0} on {1} is refused", patch, data).Which;
}
