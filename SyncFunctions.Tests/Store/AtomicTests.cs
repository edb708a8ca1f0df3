using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Store;

/// <summary>Merge patches and additions, one caller at a time; <see cref="AtomicConcurrencyTests"/> has many.</summary>
public sealed class AtomicTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly TestApp app = fixture.App;

    /// <summary>The examples of RFC 7396, appendix A, whose target and patch are objects.</summary>
    public static TheoryData<string, string, string> Rfc7396 => new()
    {
        { """{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""" },
        { """{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""" },
        { """{"a":"b"}""", """{"a":null}""", """{}""" },
        { """{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""" },
        { """{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""" },
        { """{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""" },
        { """{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""" },
        { """{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""" },
        { """{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""" },
        { """{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""" },
        // The example of section 3.
        {
            """{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"}""",
            """{"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]}""",
            """{"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"content":"This will be unchanged","phoneNumber":"+01-123-456-7890"}"""
        },
    };

    /// <summary>A data, a pointer, an addend (null for none given), and the data afterwards.</summary>
    public static TheoryData<string, string, string?, string> Additions => new()
    {
        { """{"n":1}""", "/n", null, """{"n":2}""" },
        { """{"n":1}""", "/n", "-5", """{"n":-4}""" },
        { """{"n":-1}""", "/n", null, """{"n":0}""" },
        { """{"n":7}""", "/n", "0", """{"n":7}""" },
        { """{"n":0.1}""", "/n", "0.2", """{"n":0.3}""" },
        { """{"n":9007199254740993}""", "/n", null, """{"n":9007199254740994}""" },
        { """{"n":123456789012345678901234567890}""", "/n", "-0.5", """{"n":123456789012345678901234567889.5}""" },
        { """{"n":1e3}""", "/n", "1", """{"n":1001}""" },
        { """{"n":5}""", "/n", "1e2", """{"n":105}""" },
        { """{"n":5}""", "/n", "2.5E-1", """{"n":5.25}""" },
        { """{"n":5}""", "/n", "1E+2", """{"n":105}""" },
        { """{"n":-0}""", "/n", "3", """{"n":3}""" },
        { """{}""", "/n", "4", """{"n":4}""" },
        { """{"a":1}""", "/n", "4", """{"a":1,"n":4}""" },
        { """{"a":{"b":{"c":1}}}""", "/a/b/c", null, """{"a":{"b":{"c":2}}}""" },
        { """{"a":{"b":{}}}""", "/a/b/c", null, """{"a":{"b":{"c":1}}}""" },
        { """{"a/b":{"c~d":1}}""", "/a~1b/c~0d", null, """{"a/b":{"c~d":2}}""" },
        { """{"~1":1,"/":5}""", "/~01", null, """{"~1":2,"/":5}""" },
        { """{"":1}""", "/", null, """{"":2}""" },
        { """{"":{"":1}}""", "//", null, """{"":{"":2}}""" },
        { """{}""", "/", null, """{"":1}""" },
        { """{"a b":1,"%20":5,"0":7}""", "/a b", null, """{"a b":2,"%20":5,"0":7}""" },
        { """{"0":7}""", "/0", null, """{"0":8}""" },
        { """{"-":7}""", "/-", null, """{"-":8}""" },
        { """{"n":1,"N":5}""", "/N", null, """{"n":1,"N":6}""" },
        { """{"é":1}""", "/é", null, """{"é":2}""" },
        { """{"\u00e9":1}""", "/é", null, """{"\u00e9":2}""" },
        { """{"x":1.0,"n":1,"y":"\u00e9"}""", "/n", null, """{"x":1.0,"n":2,"y":"\u00e9"}""" },
        { """{"n":1e300}""", "/n", "1e300", $$"""{"n":2{{new string('0', 300)}}}""" },
    };

    [Theory]
    [MemberData(nameof(Rfc7396))]
    public async Task A_patch_does_what_RFC_7396_shows(string original, string patch, string result)
    {
        foreach (Target target in await TargetsAsync(original))
        {
            (await target.PatchAsync(patch)).Raw("data").Should().Be(result);
            (await target.GetAsync()).Raw("data").Should().Be(result);
        }
    }

    [Fact]
    public async Task A_patch_leaves_every_byte_of_what_it_does_not_change()
    {
        const string Original = """{"one":1.0,"exp":1e5,"\u0065scaped":"\u00e9é\/","big":123456789012345678901234567890,"deep":{"z":[ 1.50 , {"k" : 1} ],"gone":1,"a":-0},"last":"x"}""";
        foreach (Target target in await TargetsAsync(Original))
        {
            JsonElement patched = await target.PatchAsync("""{"last":"y","deep":{"gone":null,"new":1.10},"e":{"n":null,"s":"\u00ea"}}""");
            patched.Raw("data").Should().Be(
                """{"one":1.0,"exp":1e5,"\u0065scaped":"\u00e9é\/","big":123456789012345678901234567890,"deep":{"z":[ 1.50 , {"k" : 1} ],"a":-0,"new":1.10},"last":"y","e":{"s":"\u00ea"}}""");
        }
    }

    [Fact]
    public async Task A_patch_finds_members_however_their_names_are_spelled()
    {
        Target target = await DocumentAsync("""{"\u0061":1,"b":2,"\ud83d\ude00":3}""");
        (await target.PatchAsync("""{"a":null,"\u0062":5,"😀":null}""")).Raw("data").Should().Be("""{"b":5}""");
    }

    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""")]
    [InlineData("""{ "a" : 1, "b":[ 1 ] }""")]
    [InlineData("{}")]
    public async Task An_empty_patch_does_not_change_the_revision(string data)
    {
        foreach (Target target in await TargetsAsync(data))
        {
            JsonElement before = await target.GetAsync();
            (await target.PatchAsync("{}")).GetRawText().Should().Be(before.GetRawText());
            (await target.PatchAsync("""{"none":null}""")).GetRawText().Should().Be(before.GetRawText());
            (await target.GetAsync()).GetRawText().Should().Be(before.GetRawText());
        }
    }

    [Fact]
    public async Task A_patch_that_changes_something_increments_the_revision()
    {
        Target target = await DocumentAsync("""{"a":1}""");
        (await target.PatchAsync("""{"a":2}""")).Text("revision").Should().Be("1");
        (await target.PatchAsync("""{"a":2}""")).Text("revision").Should().Be("1");
        (await target.PatchAsync("""{"a":3}""")).Text("revision").Should().Be("2");
    }

    [Fact]
    public async Task A_patch_keeps_or_sets_or_clears_when_the_resource_expires()
    {
        foreach (Target target in await TargetsAsync("{}"))
        {
            (await target.PatchAsync("""{"a":1}""", "\"ttl\":500")).SecondsToLive().Should().Be(500);
            string expires = (await target.GetAsync()).Text("dateExpires");
            (await target.PatchAsync("""{"a":2}""")).Text("dateExpires").Should().Be(expires);
            (await target.PatchAsync("""{"a":3}""", "\"ttl\":\"keep\"")).Text("dateExpires").Should().Be(expires);
            (await target.PatchAsync("""{}""", "\"ttl\":800")).SecondsToLive().Should().Be(800);
            (await target.PatchAsync("""{"a":4}""", "\"ttl\":0")).SecondsToLive().Should().BeNull();
            await target.RefusesPatchAsync("""{"a":5}""", "ttl", members: "\"ttl\":-1");
        }
    }

    [Fact]
    public async Task An_addition_keeps_when_the_resource_expires()
    {
        foreach (Target target in await CountersAsync("""{"n":1}"""))
        {
            string expires = (await target.PatchAsync("{}", "\"ttl\":500")).Text("dateExpires");
            (await target.AddAsync("/n", "1")).Text("dateExpires").Should().Be(expires);
        }
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""")]
    [InlineData("""{"a":"\ud800"}""")]
    public async Task A_patch_that_is_neither_an_object_nor_an_array_is_refused(string patch)
    {
        foreach (Target target in await TargetsAsync("""{"a":0}"""))
        {
            await target.RefusesPatchAsync(patch, "patch");
            (await target.GetAsync()).Raw("data").Should().Be("""{"a":0}""");
        }
    }

    [Fact]
    public async Task A_JSON_patch_changes_arrays_in_place_and_leaves_every_other_byte()
    {
        foreach (Target target in await TargetsAsync("""{ "calls" : [ {"sid":"CA1"} ,{"sid":"CA2"}], "n":1.0 }"""))
        {
            string revision = (await target.GetAsync()).Text("revision");
            JsonElement patched = await target.PatchAsync(
                """[{"op":"test","path":"/n","value":1},{"op":"add","path":"/calls/-","value":{"sid":"CA3"}},{"op":"remove","path":"/calls/0"}]""");
            patched.Raw("data").Should().Be("""{ "calls" : [ {"sid":"CA2"},{"sid":"CA3"}], "n":1.0 }""");
            (await target.GetAsync()).Raw("data").Should().Be(patched.Raw("data"));

            (await target.PatchAsync("[]")).Text("revision").Should().Be(patched.Text("revision")).And.NotBe(revision);
        }
    }

    [Fact]
    public async Task A_JSON_patch_that_fails_changes_nothing()
    {
        foreach (Target target in await TargetsAsync("""{"n":1}"""))
        {
            Problem failed = await target.FailPatchAsync("""[{"op":"replace","path":"/n","value":2},{"op":"test","path":"/n","value":1}]""");
            failed.Should().BeEquivalentTo(new { Status = 409, Parameter = "patch[1]" });
            failed.Detail.Should().StartWith("patch[1] is a test that failed");

            await target.RefusesPatchAsync("""[{"op":"replace","path":"/n","value":2},{"op":"remove","path":"/m"}]""", "patch[1].path");
            (await target.FailPatchAsync($$"""[{"op":"add","path":"/text","value":"{{new string('x', 16_384)}}"}]"""))
                .Should().BeEquivalentTo(new { Status = 413, Parameter = "patch" });
            (await target.GetAsync()).Raw("data").Should().Be("""{"n":1}""");
        }
    }

    [Fact]
    public async Task A_patch_may_not_nest_the_data_too_deeply()
    {
        string levels = string.Concat(Enumerable.Repeat("{\"a\":", 40));
        Target target = await DocumentAsync($"{levels}1{new string('}', 40)}");
        string way = string.Concat(Enumerable.Repeat("/a", 39));
        await target.RefusesPatchAsync($$"""[{"op":"copy","from":"/a","path":"{{way}}/b"}]""", "patch");
    }

    [Fact]
    public async Task A_JSON_patch_may_be_the_text_of_a_field()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { queue = Array.Empty<int>() } });
        JsonElement patched = await app.PostFormAsync(
            "patchDocument", ("docName", docName), ("patch", """[{"op":"add","path":"/queue/-","value":7}]""")).ResolvedAsync();
        patched.Raw("data").Should().Be("""{"queue":[7]}""");
        (await app.PostFormAsync("patchDocument", ("docName", docName), ("patch", "[")).FailedAsync())
            .Should().BeEquivalentTo(new { Status = 400, Parameter = "patch" });
    }

    [Fact]
    public async Task A_patch_is_required()
    {
        await app.RefusesAsync("patchDocument", new { docName = "x" }, "patch");
        await app.RefusesAsync("patchListItem", new { listName = "x", index = 0 }, "patch");
        await app.RefusesAsync("patchMapItem", new { mapName = "x", key = "k" }, "patch");
    }

    [Fact]
    public async Task A_patch_is_taken_from_a_form_too()
    {
        Target target = await DocumentAsync("""{"a":1}""");
        JsonElement patched = await app.PostFormAsync(
            "patchDocument", ("docName", target.Name), ("patch", """{"b":"x y+z"}"""), ("unknown", "1")).ResolvedAsync();
        patched.Raw("data").Should().Be("""{"a":1,"b":"x y+z"}""");
        Problem problem = await app.PostFormAsync("patchDocument", ("docName", target.Name), ("patch", "{")).FailedAsync();
        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "patch" });
    }

    [Fact]
    public async Task A_result_over_16_KiB_is_refused_and_changes_nothing()
    {
        foreach (Target target in await TargetsAsync(Answers.DataOfSize(10 * 1024)))
        {
            await target.RefusesPatchAsync($$"""{"more":"{{new string('y', 10 * 1024)}}"}""", "patch", 413);
            await target.RefusesPatchAsync($$"""{"pad":"{{new string('y', 16 * 1024)}}"}""", "patch", 413);
            (await target.GetAsync()).Text("revision").Should().Be(target.Revision);
        }
    }

    [Fact]
    public async Task A_result_may_have_16_KiB_exactly()
    {
        foreach (Target target in await TargetsAsync("""{"pad":""}"""))
        {
            string largest = Answers.DataOfSize(16 * 1024);
            (await target.PatchAsync(largest)).Raw("data").Should().Be(largest);
            await target.RefusesPatchAsync("""{"a":1}""", "patch", 413);
        }

        foreach (Target target in await CountersAsync(Answers.DataOfSize(16 * 1024)))
        {
            await target.RefusesAddAsync("/n", "1", "path", 413);
        }
    }

    [Fact]
    public async Task An_outdated_revision_is_refused()
    {
        foreach (Target target in await TargetsAsync("""{"a":0}"""))
        {
            string revision = (await target.PatchAsync("""{"a":1}""", $"\"ifMatch\":\"{target.Revision}\"")).Text("revision");
            (await target.FailPatchAsync("""{"a":2}""", $"\"ifMatch\":\"{target.Revision}\"")).Status.Should().Be(412);
            (await target.FailPatchAsync("{}", $"\"ifMatch\":\"{target.Revision}\"")).Status.Should().Be(412);
            (await target.PatchAsync("""{"a":3}""", $"\"ifMatch\":\"{revision}\"")).Raw("data").Should().Be("""{"a":3}""");
        }

        foreach (Target target in await CountersAsync("""{"n":0}"""))
        {
            await target.AddAsync("/n", "1", $"\"ifMatch\":\"{target.Revision}\"");
            (await target.FailAddAsync("/n", "1", $"\"ifMatch\":\"{target.Revision}\"")).Status.Should().Be(412);
            (await target.GetAsync()).Raw("data").Should().Be("""{"n":1}""");
        }
    }

    [Fact]
    public async Task A_missing_resource_is_not_found()
    {
        object patch = new { a = 1 };
        string name = Calls.NewName();
        (await app.FailAsync("patchDocument", new { docName = name, patch })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
        (await app.FailAsync("patchListItem", new { listName = name, index = 0, patch })).Status.Should().Be(404);
        (await app.FailAsync("patchMapItem", new { mapName = name, key = "k", patch })).Status.Should().Be(404);
        (await app.FailAsync("incrementDocument", new { docName = name, path = "/n" })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
        (await app.FailAsync("incrementMapItem", new { mapName = name, key = "k", path = "/n" })).Status.Should().Be(404);

        await app.ResolveAsync("createMap", new { mapName = name });
        (await app.FailAsync("incrementMapItem", new { mapName = name, key = "k", path = "/n" })).Status.Should().Be(404);
        (await app.ResolveAsync("getMapItems", new { mapName = name })).GetArrayLength().Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Additions))]
    public async Task A_number_is_added_to_the_last_digit(string data, string path, string? by, string result)
    {
        foreach (Target target in await CountersAsync(data))
        {
            (await target.AddAsync(path, by)).Raw("data").Should().Be(result);
            (await target.GetAsync()).Raw("data").Should().Be(result);
        }
    }

    [Fact]
    public async Task Many_small_additions_leave_no_error_behind()
    {
        Target target = await DocumentAsync("{}");
        for (int i = 0; i < 10; i++)
        {
            await target.AddAsync("/n", "0.1");
        }

        (await target.GetAsync()).Raw("data").Should().Be("""{"n":1.0}""");
    }

    [Theory]
    [InlineData("3")]
    [InlineData("-0.25")]
    [InlineData("1e2")]
    public async Task The_addend_is_taken_from_a_form_or_a_string_too(string by)
    {
        string expected = by switch { "3" => "4", "1e2" => "101", _ => "0.75" };
        Target target = await DocumentAsync("""{"n":1}""");
        (await app.PostFormAsync("incrementDocument", ("docName", target.Name), ("path", "/n"), ("by", by)).ResolvedAsync())
            .Raw("data").Should().Be($$"""{"n":{{expected}}}""");

        Target other = await DocumentAsync("""{"n":1}""");
        (await other.AddAsync("/n", $"\"{by}\"")).Raw("data").Should().Be($$"""{"n":{{expected}}}""");
    }

    [Fact]
    public async Task An_addend_of_null_counts_as_not_given()
    {
        Target target = await DocumentAsync("""{"n":1}""");
        (await target.AddAsync("/n", "null")).Raw("data").Should().Be("""{"n":2}""");
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("\"abc\"")]
    [InlineData("\"\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"+1\"")]
    [InlineData("\"01\"")]
    [InlineData("\"1.\"")]
    [InlineData("\".5\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\"1,5\"")]
    [InlineData("\"١\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("""{"a":1}""")]
    public async Task An_addend_that_is_not_a_number_is_refused(string by)
    {
        foreach (Target target in await CountersAsync("""{"n":1}"""))
        {
            await target.RefusesAddAsync("/n", by, "by");
            (await target.GetAsync()).Raw("data").Should().Be("""{"n":1}""");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("n/")]
    [InlineData("#/n")]
    [InlineData("/~2")]
    [InlineData("/~")]
    [InlineData("/n~")]
    [InlineData("/~~01")]
    [InlineData("/~~10")]
    public async Task A_path_that_is_not_a_pointer_to_a_member_is_refused(string path)
    {
        foreach (Target target in await CountersAsync("""{"n":1,"":1}"""))
        {
            await target.RefusesAddAsync(path, "1", "path");
            (await target.GetAsync()).Text("revision").Should().Be(target.Revision);
        }
    }

    [Theory]
    [InlineData("/array/0")]
    [InlineData("/array/-")]
    [InlineData("/array/length")]
    [InlineData("/text/n")]
    [InlineData("/number/n")]
    [InlineData("/null/n")]
    [InlineData("/nowhere/n")]
    [InlineData("/object/nowhere/n")]
    [InlineData("//n")]
    [InlineData("/number/")]
    public async Task A_path_that_leads_through_no_object_is_refused(string path)
    {
        foreach (Target target in await CountersAsync("""{"array":[1],"text":"x","number":1,"null":null,"object":{}}"""))
        {
            await target.RefusesAddAsync(path, "1", "path");
            (await target.GetAsync()).Text("revision").Should().Be(target.Revision);
        }
    }

    [Theory]
    [InlineData("/text")]
    [InlineData("/digits")]
    [InlineData("/null")]
    [InlineData("/true")]
    [InlineData("/object")]
    [InlineData("/array")]
    public async Task Only_a_number_is_added_to(string path)
    {
        foreach (Target target in await CountersAsync("""{"text":"x","digits":"5","null":null,"true":true,"object":{},"array":[1]}"""))
        {
            await target.RefusesAddAsync(path, "1", "path");
            (await target.GetAsync()).Text("revision").Should().Be(target.Revision);
        }
    }

    [Theory]
    [InlineData("9e307", "9e307")]
    [InlineData("-9e307", "-9e307")]
    [InlineData("1e400", "1")]
    public async Task A_sum_that_no_reader_could_hold_is_refused(string number, string by)
    {
        string data = $$"""{"n":{{number}}}""";
        foreach (Target target in await CountersAsync(data))
        {
            Problem problem = await target.FailAddAsync("/n", by);
            problem.Status.Should().Be(400);
            problem.Parameter.Should().BeOneOf("by", "path");
            (await target.GetAsync()).Raw("data").Should().Be(data);
        }
    }

    [Theory]
    [InlineData("1e308")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("5e-324")]
    public async Task Every_number_that_a_double_can_hold_can_be_added(string by)
    {
        Target target = await DocumentAsync("""{"n":0}""");
        JsonElement sum = await target.AddAsync("/n", by);
        sum.GetProperty("data").GetProperty("n").GetDouble().Should().Be(double.Parse(by, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_path_is_required()
    {
        await app.RefusesAsync("incrementDocument", new { docName = "x" }, "path");
        await app.RefusesAsync("incrementMapItem", new { mapName = "x", key = "k" }, "path");
        await app.RefusesAsync("incrementMapItem", new { mapName = "x", path = "/n" }, "key");
        await app.RefusesAsync("incrementDocument", new { docName = "x", path = 5 }, "path");
    }

    [Fact]
    public async Task Adding_zero_does_not_change_the_revision()
    {
        Target target = await DocumentAsync("""{"n":5}""");
        (await target.AddAsync("/n", "0")).Text("revision").Should().Be("0");
    }

    private async Task<Target> DocumentAsync(string data)
    {
        string name = Calls.NewName();
        JsonElement created = await app.PostJsonAsync("createDocument", $$$"""{"docName":"{{{name}}}","data":{{{data}}}}""").ResolvedAsync();
        return new Target(app, "Document", name, $"\"docName\":\"{name}\"", created.Text("revision"));
    }

    private async Task<Target> MapItemAsync(string data)
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createMap", new { mapName = name });
        JsonElement created = await app.PostJsonAsync("setMapItem", $$$"""{"mapName":"{{{name}}}","key":"a/b","data":{{{data}}}}""").ResolvedAsync();
        return new Target(app, "MapItem", name, $"\"mapName\":\"{name}\",\"key\":\"a/b\"", created.Text("revision"));
    }

    private async Task<Target> ListItemAsync(string data)
    {
        string name = Calls.NewName();
        await app.ResolveAsync("createList", new { listName = name });
        await app.ResolveAsync("addListItem", new { listName = name, data = new { } });
        JsonElement created = await app.PostJsonAsync("addListItem", $$$"""{"listName":"{{{name}}}","data":{{{data}}}}""").ResolvedAsync();
        return new Target(app, "ListItem", name, $"\"listName\":\"{name}\",\"index\":1", created.Text("revision"));
    }

    private async Task<Target[]> CountersAsync(string data) => [await DocumentAsync(data), await MapItemAsync(data)];

    private async Task<Target[]> TargetsAsync(string data) => [.. await CountersAsync(data), await ListItemAsync(data)];

    /// <summary>What is patched or counted in, in whatever it is.</summary>
    private sealed record Target(TestApp App, string Kind, string Name, string Members, string Revision)
    {
        public Task<JsonElement> GetAsync() =>
            App.PostJsonAsync(Kind == "ListItem" ? "getListItemByIndex" : $"get{Kind}", $"{{{Members}}}").ResolvedAsync();

        public Task<JsonElement> PatchAsync(string patch, string? members = null) => PostPatchAsync(patch, members).ResolvedAsync();

        public Task<Problem> FailPatchAsync(string patch, string? members = null) => PostPatchAsync(patch, members).FailedAsync();

        public Task<JsonElement> AddAsync(string path, string? by, string? members = null) => PostAddAsync(path, by, members).ResolvedAsync();

        public Task<Problem> FailAddAsync(string path, string? by, string? members = null) => PostAddAsync(path, by, members).FailedAsync();

        public async Task RefusesPatchAsync(string patch, string parameter, int status = 400, string? members = null) =>
            (await FailPatchAsync(patch, members)).Should().BeEquivalentTo(
                new { Status = status, Parameter = parameter }, "{0} was patched with {1}", Kind, patch);

        public async Task RefusesAddAsync(string path, string by, string parameter, int status = 400) =>
            (await FailAddAsync(path, by)).Should().BeEquivalentTo(
                new { Status = status, Parameter = parameter }, "{0} was added to {1} of {2}", by, path, Kind);

        private Task<HttpResponseMessage> PostPatchAsync(string patch, string? members) =>
            App.PostJsonAsync($"patch{Kind}", $"{{{Members},\"patch\":{patch}{Further(members)}}}");

        private Task<HttpResponseMessage> PostAddAsync(string path, string? by, string? members) => App.PostJsonAsync(
            $"increment{Kind}",
            $"{{{Members},\"path\":{JsonSerializer.Serialize(path)}{Further(by is null ? null : $"\"by\":{by}")}{Further(members)}}}");

        private static string Further(string? members) => members is null ? "" : "," + members;
    }
}
