using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using SyncFunctions.Client;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Tests.Store.Json;

public sealed class JsonEditTests
{
    private const int Seed = 6901;

    private static readonly string[] Names = ["a", "b", "", "a/b", "~", "é", "\U0001F600", "\"\\", "null", "A"];

    // RFC 6901, section 5.
    private const string Rfc6901 = """{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}""";

    [Theory]
    [InlineData("/", 0)]
    [InlineData("/a~1b", 1)]
    [InlineData("/c%d", 2)]
    [InlineData("/e^f", 3)]
    [InlineData("/g|h", 4)]
    [InlineData("/i\\j", 5)]
    [InlineData("/k\"l", 6)]
    [InlineData("/ ", 7)]
    [InlineData("/m~0n", 8)]
    public void Pointers_lead_where_RFC_6901_shows(string path, int value)
    {
        string? changed = JsonEdit.Change(
            Text(Rfc6901), JsonPointer.Parse(path)!, current => $"{int.Parse(current!.Value.GetRawText(), CultureInfo.InvariantCulture) + 100}");
        changed.Should().Be(Rfc6901.Replace($":{value}", $":{value + 100}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("/a", new[] { "a" })]
    [InlineData("/", new[] { "" })]
    [InlineData("/a/", new[] { "a", "" })]
    [InlineData("//a", new[] { "", "a" })]
    [InlineData("/~0~1", new[] { "~/" })]
    [InlineData("/~01", new[] { "~1" })]
    [InlineData("/~00~10", new[] { "~0/0" })]
    [InlineData("/0/-/%20/a b/é", new[] { "0", "-", "%20", "a b", "é" })]
    public void A_pointer_names_the_members_on_the_way(string path, string[] members) => JsonPointer.Parse(path)!.Members.Should().Equal(members);

    [Theory]
    [InlineData("a")]
    [InlineData(" /a")]
    [InlineData("#/a")]
    [InlineData("/~")]
    [InlineData("/~2")]
    [InlineData("/a~")]
    [InlineData("/~/a")]
    [InlineData("/~~")]
    [InlineData("/~~0")]
    [InlineData("/~~1")]
    [InlineData("/~~01")]
    [InlineData("/~~10")]
    [InlineData("/~~~001")]
    [InlineData("/ok/~a")]
    public void Anything_else_is_not_a_pointer(string path) => JsonPointer.Parse(path).Should().BeNull();

    [Theory]
    [InlineData("""{"a":1.0,"b":1e5}""", """{"c":1}""", """{"a":1.0,"b":1e5,"c":1}""")]
    [InlineData("""{ "a" : 1.0 , "b" : [ 1 ] }""", """{"c":1}""", """{"a":1.0,"b":[ 1 ],"c":1}""")]
    [InlineData("""{ "a" : 1.0 , "b" : [ 1 ] }""", """{}""", """{ "a" : 1.0 , "b" : [ 1 ] }""")]
    [InlineData("""{ "a" : 1.0 , "b" : [ 1 ] }""", """{"a":1.0,"x":null}""", """{ "a" : 1.0 , "b" : [ 1 ] }""")]
    [InlineData("""{ "a" : { "b" : 1 } }""", """{"a":{"c":null}}""", """{ "a" : { "b" : 1 } }""")]
    [InlineData("""{ "a" : { "b" : 1 } , "c" : 1 }""", """{"a":{},"c":2}""", """{"a":{ "b" : 1 },"c":2}""")]
    [InlineData("""{"a":1.0}""", """{"a":1.00}""", """{"a":1.00}""")]
    [InlineData("""{"z":1,"a":2}""", """{"m":1,"b":2,"z":3}""", """{"z":3,"a":2,"m":1,"b":2}""")]
    [InlineData("""{"\u0061":1,"b":2}""", """{"a":3}""", """{"\u0061":3,"b":2}""")]
    [InlineData("""{"a":1}""", """{"\u0062":"\u00e9"}""", """{"a":1,"\u0062":"\u00e9"}""")]
    [InlineData("""{"a":1}""", """{"a":{"b":null,"c":{"d":null}}}""", """{"a":{"c":{}}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("""{"a":[{"b":null}]}""", """{"c":[{"b":null},null]}""", """{"a":[{"b":null}],"c":[{"b":null},null]}""")]
    public void A_merge_leaves_what_it_does_not_change(string target, string patch, string result) =>
        JsonEdit.Merge(Text(target), JsonElement.Parse(patch)).Should().Be(result);

    [Fact]
    public void Random_merges_are_those_of_the_algorithm_in_RFC_7396()
    {
        Random random = new(Seed);
        for (int i = 0; i < 3_000; i++)
        {
            string target = RandomObject(random, 3).ToJsonString();
            string patch = RandomObject(random, 3).ToJsonString();
            string merged = JsonEdit.Merge(Text(target), JsonElement.Parse(patch));
            JsonNode expected = MergePatch(JsonNode.Parse(target), JsonNode.Parse(patch))!;
            JsonNode.DeepEquals(JsonNode.Parse(merged), expected).Should().BeTrue("{0} with {1} is {2}, and not {3}", target, patch, expected, merged);
            JsonEdit.Merge(Text(merged), JsonElement.Parse(patch)).Should().Be(merged, "a second time changes nothing");
        }
    }

    [Fact]
    public void Random_changes_change_one_member_and_no_other()
    {
        Random random = new(Seed + 1);
        for (int i = 0; i < 3_000; i++)
        {
            JsonObject target = RandomObject(random, 3);
            List<string> way = [Names[random.Next(Names.Length)]];
            JsonObject parent = target;
            while (parent[way[^1]] is JsonObject inner && random.Next(4) > 0)
            {
                parent = inner;
                way.Add(Names[random.Next(Names.Length)]);
            }

            string path = string.Concat(way.Select(name => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
            string? changed = JsonEdit.Change(Text(target.ToJsonString()), JsonPointer.Parse(path)!, _ => "\"changed\"");

            parent[way[^1]] = "changed";
            changed.Should().NotBeNull();
            JsonNode.DeepEquals(JsonNode.Parse(changed!), target).Should().BeTrue("{0} is {1} with a change at {2}", changed, target, path);
        }
    }

    [Theory]
    [InlineData("""{"a":1}""", "/a/b")]
    [InlineData("""{"a":[1]}""", "/a/0")]
    [InlineData("""{"a":null}""", "/a/b")]
    [InlineData("""{"a":{}}""", "/a/b/c")]
    [InlineData("""{}""", "/a/b")]
    public void A_path_through_something_else_than_an_object_finds_nothing(string target, string path)
    {
        JsonEdit.Change(Text(target), JsonPointer.Parse(path)!, _ => throw new InvalidOperationException("Nothing is there to change."))
            .Should().BeNull();
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":4}""", """{"a":1,"b":2,"a":4}""")]
    [InlineData("""{"a":1,"\u0061":3}""", """{"a":4}""", """{"a":1,"\u0061":4}""")]
    [InlineData("""{ "a" : 1 , "a" : 3 }""", """{"a":3}""", """{ "a" : 1 , "a" : 3 }""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":null}""", """{"b":2}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"c":4}""", """{"a":1,"b":2,"a":3,"c":4}""")]
    [InlineData("""{"a":{"x":1},"a":{"y":2}}""", """{"a":{"x":3}}""", """{"a":{"x":1},"a":{"y":2,"x":3}}""")]
    [InlineData("""{"a":{"x":1},"a":2}""", """{"a":{"x":3}}""", """{"a":{"x":1},"a":{"x":3}}""")]
    [InlineData("""{"a":{"x":1,"x":2},"a":{"x":1,"x":2}}""", """{"a":{"x":null}}""", """{"a":{"x":1,"x":2},"a":{}}""")]
    [InlineData("""{"\ud800":1,"a":2,"\ud800":3}""", """{"a":4}""", """{"\ud800":1,"a":4,"\ud800":3}""")]
    public void A_merge_changes_the_member_that_readers_see(string target, string patch, string result)
    {
        string merged = JsonEdit.Merge(Text(target), JsonElement.Parse(patch));

        merged.Should().Be(result);
        JsonEdit.Merge(Text(merged), JsonElement.Parse(patch)).Should().Be(merged, "a second time changes nothing");
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":3}""", "/a", """{"a":1,"b":2,"a":4}""")]
    [InlineData("""{"\u0061":1, "a" : 3}""", "/a", """{"\u0061":1,"a":4}""")]
    [InlineData("""{"a":{"b":3},"a":{"b":1,"b":3}}""", "/a/b", """{"a":{"b":3},"a":{"b":1,"b":4}}""")]
    [InlineData("""{"a":3,"\ud800":1,"\ud800":2}""", "/a", """{"a":4,"\ud800":1,"\ud800":2}""")]
    public void A_change_is_one_of_the_member_that_readers_see(string target, string path, string result) => JsonEdit.Change(
        Text(target), JsonPointer.Parse(path)!, current => current!.Value.GetRawText() == "3" ? "4" : "another").Should().Be(result);

    [Fact]
    public void A_path_through_a_member_that_readers_do_not_see_finds_nothing() => JsonEdit.Change(
        Text("""{"a":{"b":1},"a":2}"""), JsonPointer.Parse("/a/b")!, _ => throw new InvalidOperationException("Nothing is there to change.")).Should().BeNull();

    private static JsonText Text(string json) => new(Encoding.UTF8.GetBytes(json));

    // RFC 7396, section 2.
    private static JsonNode? MergePatch(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        JsonObject result = target as JsonObject ?? [];
        foreach ((string name, JsonNode? value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                JsonNode? before = result[name];
                result.Remove(name);
                result[name] = MergePatch(before, value);
            }
        }

        return result;
    }

    private static JsonObject RandomObject(Random random, int depth)
    {
        JsonObject made = [];
        for (int members = random.Next(5); members > 0; members--)
        {
            made[Names[random.Next(Names.Length)]] = random.Next(depth > 0 ? 8 : 5) switch
            {
                0 => null,
                1 => random.Next(-5, 5),
                2 => "text \u00e9\"",
                3 => random.Next(2) == 0,
                4 => new JsonArray(1, null, new JsonObject { ["x"] = null }),
                _ => RandomObject(random, depth - 1),
            };
        }

        return made;
    }
}
