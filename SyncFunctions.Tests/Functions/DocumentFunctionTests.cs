using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class DocumentFunctionTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    /// <summary>JSON that a parser could change: spaces, the order of keys, numbers, escapes.</summary>
    internal const string AwkwardData =
        """{ "z" : 1.0 ,"a":1e400,"big":12345678901234567890,"zero":-0.0,"e":1E+2, "escaped":"\u00e9\/\u0041\"\\\n\ud83d\ude00","plain":"é😀<>&'+","":null,"nested":{"b":[1, 2 ,{}],"a":true} }""";

    private readonly TestApp app = fixture.App;
    private readonly string name = Calls.NewName();

    [Fact]
    public async Task A_document_is_created_read_updated_and_removed()
    {
        JsonElement created = await app.ResolveAsync("createDocument", new { docName = name, data = new { foo = "bar" } });
        created.Text("revision").Should().Be("0");

        JsonElement updated = await app.ResolveAsync("updateDocument", new { docName = name, data = new { foo = "bar2" } });
        updated.Text("revision").Should().Be("1");

        JsonElement read = await app.ResolveAsync("getDocument", new { docName = name });
        read.Raw("data").Should().Be("""{"foo":"bar2"}""");

        (await app.ResolveAsync("removeDocument", new { docName = name })).GetString().Should().Be("deleted");
        (await app.FailAsync("getDocument", new { docName = name })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
    }

    [Fact]
    public async Task A_document_has_the_fields_of_Twilios_helper_libraries()
    {
        JsonElement document = await app.ResolveAsync("createDocument", new { docName = name, data = new { foo = "bar" } });

        document.Members().Should().BeEquivalentTo(
            "sid", "uniqueName", "accountSid", "serviceSid", "url", "links", "revision", "data", "dateExpires", "dateCreated", "dateUpdated", "createdBy");
        string sid = document.Text("sid");
        sid.Should().MatchRegex("^ET[0-9a-f]{32}$");
        document.Text("uniqueName").Should().Be(name);
        document.Text("accountSid").Should().Be("AC" + new string('0', 32));
        document.Text("serviceSid").Should().Be("IS" + new string('0', 32));
        document.Text("url").Should().EndWith($"/v1/Services/IS{new string('0', 32)}/Documents/{sid}");
        document.GetProperty("links").Members().Should().Equal("permissions");
        document.GetProperty("links").Text("permissions").Should().Be(document.Text("url") + "/Permissions");
        document.GetProperty("dateExpires").ValueKind.Should().Be(JsonValueKind.Null);
        document.Text("dateCreated").Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
        document.Text("dateUpdated").Should().Be(document.Text("dateCreated"));
        document.Text("createdBy").Should().Be("system");

        JsonElement read = await app.ResolveAsync("getDocument", new { docName = name });
        read.GetRawText().Should().Be(document.GetRawText());
    }

    [Fact]
    public async Task A_document_takes_its_parameters_from_JSON_a_form_or_the_query()
    {
        await app.PostFormAsync("createDocument", ("docName", name), ("data", """{"from":"form"}"""), ("ttl", "60")).ResolvedAsync();
        JsonElement created = await app.QueryAsync(HttpMethod.Get, "getDocument", ("docName", name)).ResolvedAsync();
        created.Raw("data").Should().Be("""{"from":"form"}""");
        created.SecondsToLive().Should().Be(60);

        await app.QueryAsync(HttpMethod.Post, "updateDocument", ("docName", name), ("data", """{"from":"query"}"""), ("ttl", "keep")).ResolvedAsync();
        JsonElement updated = await app.PostFormAsync("getDocument", ("docName", name)).ResolvedAsync();
        updated.Raw("data").Should().Be("""{"from":"query"}""");

        (await app.QueryAsync(HttpMethod.Get, "searchDocument", ("docName", name)).ResolvedAsync()).GetString().Should().Be(created.Text("sid"));
        (await app.PostFormAsync("searchDocument", ("docName", name)).ResolvedAsync()).GetString().Should().Be(created.Text("sid"));
        (await app.QueryAsync(HttpMethod.Delete, "removeDocument", ("docName", name)).ResolvedAsync()).GetString().Should().Be("deleted");
    }

    [Fact]
    public async Task The_body_takes_precedence_over_the_query()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
        string query = $"getDocument?docName={Calls.NewName()}";

        (await app.PostJsonAsync(query, JsonSerializer.Serialize(new { docName = name })).ResolvedAsync()).Text("uniqueName").Should().Be(name);
        (await app.PostFormAsync(query, ("docName", name)).ResolvedAsync()).Text("uniqueName").Should().Be(name);
    }

    [Fact]
    public async Task A_call_takes_one_parameter_from_the_body_and_another_from_the_query()
    {
        JsonElement created = await app.PostJsonAsync($"createDocument?docName={name}&ttl=30", """{"data":{"a":1}}""").ResolvedAsync();

        created.Text("uniqueName").Should().Be(name);
        created.SecondsToLive().Should().Be(30);
    }

    [Fact]
    public async Task Parameter_names_are_not_case_sensitive_and_unknown_ones_are_ignored()
    {
        await app.PostJsonAsync("createDocument", $$$"""{"DOCNAME":"{{{name}}}","Data":{"a":1},"CallSid":"CA1","From":["+1"],"From":null}""").ResolvedAsync();

        (await app.QueryAsync(HttpMethod.Get, "getDocument", ("DocName", name), ("To", "+1"), ("To", "+2")).ResolvedAsync()).Raw("data").Should().Be("""{"a":1}""");
        (await app.PostFormAsync("getDocument", ("docname", name), ("CallSid", "CA1"), ("CallSid", "")).ResolvedAsync()).Raw("data").Should().Be("""{"a":1}""");
    }

    [Fact]
    public async Task A_function_is_found_by_its_name_in_any_case()
    {
        await app.ResolveAsync("CREATEDOCUMENT", new { docName = name, data = new { } });

        (await app.QueryAsync(HttpMethod.Get, "getdocument", ("docName", name)).ResolvedAsync()).Text("uniqueName").Should().Be(name);
    }

    [Fact]
    public async Task Data_comes_back_byte_for_byte()
    {
        JsonElement created = await app.PostJsonAsync("createDocument", $$"""{"docName":"{{name}}","data":{{AwkwardData}}}""").ResolvedAsync();
        created.Raw("data").Should().Be(AwkwardData);
        (await app.ResolveAsync("getDocument", new { docName = name })).Raw("data").Should().Be(AwkwardData);

        string changed = AwkwardData.Replace("\"z\"", "\"y\"", StringComparison.Ordinal);
        (await app.PostFormAsync("updateDocument", ("docName", name), ("data", changed)).ResolvedAsync()).Raw("data").Should().Be(changed);
        (await app.ResolveAsync("getDocument", new { docName = name })).Raw("data").Should().Be(changed);
    }

    [Fact]
    public async Task An_update_replaces_the_data_as_a_whole()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { a = 1, b = 2 } });

        (await app.ResolveAsync("updateDocument", new { docName = name, data = new { c = 3 } })).Raw("data").Should().Be("""{"c":3}""");
    }

    [Fact]
    public async Task The_ETag_is_the_revision()
    {
        using HttpResponseMessage created = await app.CallAsync("createDocument", new { docName = name, data = new { } });
        created.Headers.ETag!.ToString().Should().Be("\"0\"");
        using HttpResponseMessage updated = await app.CallAsync("updateDocument", new { docName = name, data = new { } });
        updated.Headers.ETag!.ToString().Should().Be("\"1\"");
        using HttpResponseMessage read = await app.QueryAsync(HttpMethod.Get, "getDocument", ("docName", name));
        read.Headers.ETag!.ToString().Should().Be("\"1\"");
        using HttpResponseMessage sid = await app.CallAsync("searchDocument", new { docName = name });
        sid.Headers.ETag.Should().BeNull();
        using HttpResponseMessage removed = await app.CallAsync("removeDocument", new { docName = name });
        removed.Headers.ETag.Should().BeNull();
    }

    [Fact]
    public async Task A_name_is_given_once_only()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { a = 1 } });

        (await app.FailAsync("createDocument", new { docName = name, data = new { a = 2 } })).Should().BeEquivalentTo(new { Status = 409, Code = 54301 });
        (await app.ResolveAsync("getDocument", new { docName = name })).Raw("data").Should().Be("""{"a":1}""");
    }

    [Fact]
    public async Task A_search_without_a_hit_resolves_to_an_empty_string()
    {
        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().Be("");
        (await app.QueryAsync(HttpMethod.Get, "searchDocument", ("docName", name)).ResolvedAsync()).GetString().Should().Be("");
    }

    [Fact]
    public async Task A_missing_resource_is_not_found()
    {
        (await app.FailAsync("getDocument", new { docName = name })).Status.Should().Be(404);
        (await app.FailAsync("updateDocument", new { docName = name, data = new { } })).Status.Should().Be(404);
        (await app.FailAsync("removeDocument", new { docName = name })).Status.Should().Be(404);
        (await app.FailAsync("removeDocumentById", new { documentId = "ET" + new string('f', 32) })).Status.Should().Be(404);
        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().BeEmpty("the update must not have created it");
    }

    [Fact]
    public async Task A_document_is_removed_by_its_SID()
    {
        string sid = (await app.ResolveAsync("createDocument", new { docName = name, data = new { } })).Text("sid");

        (await app.QueryAsync(HttpMethod.Delete, "removeDocumentById", ("documentId", sid)).ResolvedAsync()).GetString().Should().Be("deleted");

        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().BeEmpty();
        (await app.FailAsync("removeDocumentById", new { documentId = sid })).Status.Should().Be(404);
    }

    [Theory]
    [InlineData("ES")]
    [InlineData("MP")]
    [InlineData("IS")]
    [InlineData("et")]
    public async Task A_SID_of_something_else_removes_nothing(string prefix)
    {
        string sid = (await app.ResolveAsync("createDocument", new { docName = name, data = new { } })).Text("sid");

        Problem problem = await app.FailAsync("removeDocumentById", new { documentId = prefix + sid[2..] });

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "documentId" });
        problem.Detail.Should().Contain("ET");
        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().Be(sid);
    }

    [Fact]
    public async Task A_document_expires_when_its_time_to_live_is_over()
    {
        JsonElement created = await app.ResolveAsync("createDocument", new { docName = name, data = new { }, ttl = 100 });
        created.SecondsToLive().Should().Be(100);

        fixture.Time.Advance(TimeSpan.FromSeconds(101));

        (await app.FailAsync("getDocument", new { docName = name })).Status.Should().Be(404);
        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().BeEmpty();
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
    }

    [Fact]
    public async Task A_ttl_of_zero_or_no_ttl_means_no_expiry()
    {
        (await app.ResolveAsync("createDocument", new { docName = name, data = new { }, ttl = 0 })).SecondsToLive().Should().BeNull();
        (await app.ResolveAsync("createDocument", new { docName = Calls.NewName(), data = new { }, ttl = (int?)null })).SecondsToLive().Should().BeNull();
    }

    [Fact]
    public async Task An_update_sets_clears_or_keeps_the_expiry()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { }, ttl = 1000 });

        (await app.ResolveAsync("updateDocument", new { docName = name, data = new { } })).SecondsToLive().Should().BeNull("left out is 0");
        (await app.ResolveAsync("updateDocument", new { docName = name, data = new { }, ttl = 500 })).SecondsToLive().Should().Be(500);
        (await app.ResolveAsync("updateDocument", new { docName = name, data = new { }, ttl = "0" })).SecondsToLive().Should().BeNull();
        JsonElement again = await app.ResolveAsync("updateDocument", new { docName = name, data = new { }, ttl = "700" });

        fixture.Time.Advance(TimeSpan.FromSeconds(100));
        JsonElement kept = await app.ResolveAsync("updateDocument", new { docName = name, data = new { a = 1 }, ttl = "keep" });
        kept.Text("dateExpires").Should().Be(again.Text("dateExpires"));
        kept.Raw("data").Should().Be("""{"a":1}""");
    }

    [Fact]
    public async Task Only_an_update_can_keep_an_expiry()
    {
        (await app.FailAsync("createDocument", new { docName = name, data = new { }, ttl = "keep" }))
            .Should().BeEquivalentTo(new { Status = 400, Parameter = "ttl" });
        (await app.ResolveAsync("searchDocument", new { docName = name })).GetString().Should().BeEmpty();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("\"0\"")]
    [InlineData("*")]
    public async Task An_update_and_a_removal_with_the_right_revision_succeed(string revision)
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
        JsonElement updated = await WithIfMatchAsync("updateDocument", revision).ResolvedAsync();
        updated.Text("revision").Should().Be("1");
        (await app.ResolveAsync("updateDocument", new { docName = name, data = new { }, ifMatch = revision.Replace('0', '1') })).Text("revision").Should().Be("2");

        (await WithIfMatchAsync("removeDocument", revision.Replace('0', '2')).ResolvedAsync()).GetString().Should().Be("deleted");
    }

    [Theory]
    [InlineData("updateDocument", "1")]
    [InlineData("updateDocument", "\"1\"")]
    [InlineData("updateDocument", "abc")]
    [InlineData("removeDocument", "1")]
    [InlineData("removeDocument", "\"1\"")]
    public async Task An_update_or_a_removal_with_another_revision_does_nothing(string function, string revision)
    {
        string sid = (await app.ResolveAsync("createDocument", new { docName = name, data = new { a = 1 } })).Text("sid");

        (await WithIfMatchAsync(function, revision).FailedAsync()).Status.Should().Be(412);
        (await app.FailAsync(function, new { docName = name, data = new { }, ifMatch = revision })).Status.Should().Be(412);
        (await app.FailAsync("removeDocumentById", new { documentId = sid, ifMatch = revision })).Status.Should().Be(412);

        JsonElement read = await app.ResolveAsync("getDocument", new { docName = name });
        read.Text("revision").Should().Be("0");
        read.Raw("data").Should().Be("""{"a":1}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"0")]
    [InlineData("\"\"")]
    [InlineData("\"0\", \"1\"")]
    [InlineData("0,1")]
    [InlineData("-1")]
    public async Task An_invalid_revision_is_refused(string revision)
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });

        (await WithIfMatchAsync("updateDocument", revision).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "If-Match" });
        (await app.FailAsync("updateDocument", new { docName = name, data = new { }, ifMatch = revision }))
            .Should().BeEquivalentTo(new { Status = 400, Parameter = "ifMatch" });
        (await app.ResolveAsync("getDocument", new { docName = name })).Text("revision").Should().Be("0");
    }

    [Fact]
    public async Task Header_and_parameter_must_not_name_different_revisions()
    {
        await app.ResolveAsync("createDocument", new { docName = name, data = new { } });
        Task<HttpResponseMessage> UpdateAsync(string header, string parameter) => app.SendAsync(
            HttpMethod.Post, $"updateDocument?{Calls.Encode(("docName", name), ("data", "{}"), ("ifMatch", parameter))}", null, ("If-Match", header));

        (await UpdateAsync("0", "1").FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "ifMatch" });
        (await UpdateAsync("\"0\"", "0").ResolvedAsync()).Text("revision").Should().Be("1");
    }

    [Fact]
    public async Task A_problem_of_Sync_carries_its_code_and_its_page()
    {
        using HttpResponseMessage response = await app.CallAsync("getDocument", new { docName = name });
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        response.Content.Headers.ContentType!.ToString().Should().Be("application/problem+json; charset=utf-8");
        problem.RootElement.Members().Should().BeEquivalentTo("type", "title", "status", "detail", "code", "moreInfo");
        problem.RootElement.Text("title").Should().Be("Not Found");
        problem.RootElement.Text("moreInfo").Should().Be("https://www.twilio.com/docs/errors/20404");
    }

    [Fact]
    public async Task Health_tells_the_backend_and_needs_no_parameters()
    {
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            JsonElement health = await app.SendAsync(method, "health").ResolvedAsync();
            health.Members().Should().BeEquivalentTo("status", "backend", "realtime", "dateChecked");
            health.Text("status").Should().Be("healthy");
            health.Text("backend").Should().Be("emulator");
            health.Text("realtime").Should().Be($"ws://{app.Emulator.Url.Authority}/v3/wsconnect");
        }
    }

    private Task<HttpResponseMessage> WithIfMatchAsync(string function, string revision) =>
        app.SendAsync(HttpMethod.Post, $"{function}?{Calls.Encode(("docName", name), ("data", "{}"))}", null, ("If-Match", revision));
}
