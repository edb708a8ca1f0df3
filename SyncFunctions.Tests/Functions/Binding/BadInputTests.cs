using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Tests.Contract;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions.Binding;

/// <summary>Bad input, by mistake or with bad intent, is refused with the name of the parameter, and never reaches Sync.</summary>
public sealed class BadInputTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private static readonly string[] NotStrings = ["5", "-1.5", "true", "false", "[]", "[\"a\"]", "{}", """{"a":"b"}"""];

    private static readonly string[] NotSids =
    [
        "\"x\"", "\"00000000000000000000000000000000\"", "\"ET0000000000000000000000000000000\"", "\"ET000000000000000000000000000000000\"",
        "\"ET0000000000000000000000000000000g\"", "\"IS00000000000000000000000000000000\"", "\"RQ00000000000000000000000000000000\"",
        "\" ET00000000000000000000000000000000\"", "\"ET00000000000000000000000000000000\\n\"", "\"ET/00000000000000000000000000000000\"", "\"..\"",
    ];

    private static readonly string[] NotNames =
    [
        "\".\"", "\"..\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"a\\nb\"", "\"\\t\"", "\"a\\u007f\"", "\"a\\u0085\"", "\"\\ud83d\"", "\"a\\ude00b\"", "\"\\ude00\\ud83d\"",
    ];

    private static readonly string[] SidShapes =
        ["\"ET0123456789abcdef0123456789abcdef\"", "\"ES00000000000000000000000000000000\"", "\"MPFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\"", "\"XX00000000000000000000000000000000\""];

    private static readonly string[] NotTtls =
    [
        "-1", "31536001", "1.5", "1.0", "1e3", "true", "false", "[]", "[60]", "{}", "99999999999999999999", "\"abc\"", "\"\"", "\" \"", "\" 60\"", "\"60 \"", "\"+60\"",
        "\"-1\"", "\"0x10\"", "\"1,000\"", "\"31536001\"", "\"Keep\"", "\"\u0661\"",
    ];

    private static readonly string[] NotIntegers =
        ["1.5", "1e3", "true", "[]", "{}", "\"\"", "\"a\"", "\"-1\"", "\" 1\"", "\"+1\"", "\"\u0661\"", "99999999999999999999"];

    private static readonly string[] NotDates =
    [
        "\"2026-01-31\"", "\"2026-01-31T09:00:00\"", "\"2026-01-31 09:00:00Z\"", "\"2026-01-31T09:00:00 Z\"", "\"2026-01-31T09:00:00z\"", "\"2026-01-31t09:00:00Z\"",
        "\"2026-02-30T09:00:00Z\"", "\"2026-13-01T09:00:00Z\"", "\"2026-01-31T24:00:00Z\"", "\"2026-01-31T09:60:00Z\"", "\"2026-01-31T09:00:60Z\"", "\"2026-01-31T09:00.5Z\"",
        "\"2026-01-31T09:00:00.Z\"", "\"2026-01-31T09:00:00,5Z\"", "\"2026-01-31T09:00:00+25:00\"", "\"2026-01-31T09:00:00+0100\"", "\"2026-01-31T09:00:00+01:60\"",
        "\"0001-01-01T00:00:00+01:00\"", "\"9999-12-31T23:59:59-01:00\"", "\"10000-01-01T00:00:00Z\"", "\"20260131T090000Z\"", "\"2026-W05-6T09:00:00Z\"", "\"1769850000\"", "1769850000",
        "\"Sun, 31 Jan 2026 09:00:00 GMT\"", "\"Sat, 31 Jan 2026 09:00:00\"", "\"Sat, 31 Jan 2026 09:00:00 UTC\"", "\"31 Jan 2026 09:00:00 GMT\"", "\"Saturday, 31-Jan-26 09:00:00 GMT\"",
        "\"Sat Jan 31 09:00:00 2026\"", "\"01/31/2026 09:00\"", "\"now\"", "\" 2026-01-31T09:00:00Z\"", "\"2026-01-31T09:00:00Z\\n\"", "\"\u0662026-01-31T09:00:00Z\"",
    ];

    private readonly TestApp app = fixture.App;

    /// <summary>Every function with each of its parameters, and everything that must not be accepted for it.</summary>
    public static TheoryData<string, string, string> Refused => [.. RefusedValues];

    /// <summary>As <see cref="Refused"/>, for a test that takes them all at once.</summary>
    internal static IEnumerable<(string Function, string Parameter, string Value)> RefusedValues =>
        from function in FunctionCatalog.All
        where function.Route == function.Name
        from parameter in function.Declaration.Parameters
        from value in RefusedFor(parameter)
        select (function.Name, parameter.Name, value);

    /// <summary>Every function with each of its required parameters.</summary>
    public static TheoryData<string, string> Required =>
    [
        .. from function in FunctionTable.All
           from parameter in function.Parameters
           where parameter.Required
           select (function.Name, parameter.Name),
    ];

    /// <summary>Every function that uses Sync and is called by its name alone.</summary>
    public static TheoryData<string> Functions => [.. FunctionTable.All.Where(function => function.UsesSync && function.RouteParameters is []).Select(function => function.Name)];

    /// <summary>Names and keys that look dangerous in a URL, but are valid.</summary>
    public static TheoryData<string> Names =>
    [
        " ", "a b", " a ", "a/b", "/", "//", "a?b=c&d", "#", "a#b", "+", "a+b", "%", "%2F", "%2e%2e", "%00", "100%", @"\", @"a\b", "..a", "a..", "...", "./a", "../a", "a/../b",
        ":", "a:b", ";", "a,b", "@", "*", "\"", "'", "<script>", "{}", "null", "undefined", "default", "é", "e\u0301", "ß", "日本語", "😀", "👩‍👩‍👧", "\u200b", "\ufeff",
        "\u2028", "\u00a0", "ET", "et00000000000000000000000000000000", "ET00000000000000000000000000000000 ", "+15551234567", "sip:a@b.c;x=1",
        new string('n', 320), new string('é', 320), new string('語', 320), string.Concat(Enumerable.Repeat("😀", 160)), new string('/', 320), new string('%', 320), string.Concat(Enumerable.Repeat("../", 106)),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_value_that_cannot_be_used_is_refused_by_its_parameters_name(string function, string parameter, string value)
    {
        int before = app.Sync.Count;

        Problem problem = await app.PostJsonAsync(function, Body(function, parameter, value)).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 400, Parameter = parameter, Code = (int?)null });
        problem.Detail.Should().Contain(parameter);
        app.Sync.Count.Should().Be(before, "Sync must not hear of it");
    }

    [Theory]
    [MemberData(nameof(Required))]
    public async Task A_required_parameter_is_missed_by_its_name(string function, string parameter)
    {
        int before = app.Sync.Count;
        List<Task<HttpResponseMessage>> calls =
        [
            app.PostJsonAsync(function, Body(function, parameter, null)),
            app.PostFormAsync(function, Form(function, parameter, null)),
            app.PostFormAsync(function, Form(function, parameter, "")),
            .. FunctionTable.All.Single(contract => contract.Name == function).Methods.SelectMany(method => (Task<HttpResponseMessage>[])
            [
                app.QueryAsync(new HttpMethod(method), function, Form(function, parameter, null)),
                app.QueryAsync(new HttpMethod(method), function, Form(function, parameter, "")),
            ]),
        ];

        foreach (Task<HttpResponseMessage> call in calls)
        {
            (await call.FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = parameter });
        }

        app.Sync.Count.Should().Be(before, "Sync must not hear of it");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task An_unknown_service_is_refused_by_every_function(string function)
    {
        int before = app.Sync.Count;
        foreach (string service in (string[])["\"other\"", "\"\"", "\"default \"", "\"../default\"", "5", "{}"])
        {
            Problem problem = await app.PostJsonAsync(function, Body(function, "service", service)).FailedAsync();
            problem.Should().BeEquivalentTo(new { Status = 400, Parameter = "service" });
            problem.Detail.Should().Contain("service");
        }

        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("Default")]
    public async Task The_default_service_may_be_named(string service) =>
        await app.ResolveAsync("searchDocument", new { docName = Calls.NewName(), service });

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_body_that_cannot_be_read_is_refused_by_every_function(string function)
    {
        int before = app.Sync.Count;
        string query = $"{function}?{Calls.Encode(Form(function, "", null))}";
        foreach (string json in (string[])["{", "[]", "5", "\"text\"", "null", "{} {}", """{"a":1,}""", "{'a':1}", "{a:1}", "// c\n{}", """{"\ud800":1}""", "\u0000", "NaN"])
        {
            (await app.PostJsonAsync(query, json).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "body" }, json);
        }

        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Any_text_can_be_a_documents_name(string text)
    {
        string sid = (await app.ResolveAsync("createDocument", new { docName = text, data = new { a = 1 } })).Text("sid");

        (await app.ResolveAsync("getDocument", new { docName = text })).Text("uniqueName").Should().Be(text);
        (await app.QueryAsync(HttpMethod.Get, "getDocument", ("docName", text)).ResolvedAsync()).Text("sid").Should().Be(sid);
        (await app.PostFormAsync("searchDocument", ("docName", text)).ResolvedAsync()).GetString().Should().Be(sid);
        (await app.ResolveAsync("updateDocument", new { docName = text, data = new { b = 2 } })).Text("sid").Should().Be(sid);
        (await app.FailAsync("createDocument", new { docName = text, data = new { } })).Status.Should().Be(409);
        (await app.ResolveAsync("removeDocument", new { docName = text })).GetString().Should().Be("deleted");
        (await app.ResolveAsync("searchDocument", new { docName = text })).GetString().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Any_text_can_be_a_lists_name(string text)
    {
        string sid = (await app.ResolveAsync("createList", new { listName = text })).Text("sid");

        (await app.ResolveAsync("getList", new { listName = text })).Text("uniqueName").Should().Be(text);
        (await app.QueryAsync(HttpMethod.Get, "searchList", ("listName", text)).ResolvedAsync()).GetString().Should().Be(sid);
        (await app.PostFormAsync("addListItem", ("listName", text), ("data", """{"a":1}""")).ResolvedAsync()).Text("listSid").Should().Be(sid);
        (await app.ResolveAsync("getListItems", new { listName = text })).GetArrayLength().Should().Be(1);
        (await app.ResolveAsync("removeListItems", new { listName = text, key = "a" })).GetString().Should().Be("1 item(s) deleted.");
        (await app.ResolveAsync("removeList", new { listName = text })).GetString().Should().Be("deleted");
        (await app.ResolveAsync("searchList", new { listName = text })).GetString().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Any_text_can_be_a_maps_name_and_an_items_key(string text)
    {
        string sid = (await app.ResolveAsync("createMap", new { mapName = text })).Text("sid");
        await app.ResolveAsync("setMapItem", new { mapName = text, key = "neighbour", data = new { } });

        (await app.QueryAsync(HttpMethod.Get, "searchMap", ("mapName", text)).ResolvedAsync()).GetString().Should().Be(sid);
        (await app.ResolveAsync("setMapItem", new { mapName = text, key = text, data = new { a = 1 } })).Text("mapSid").Should().Be(sid);
        (await app.PostFormAsync("setMapItem", ("mapName", text), ("key", text), ("data", """{"b":2}""")).ResolvedAsync()).Text("key").Should().Be(text);
        (await app.QueryAsync(HttpMethod.Get, "getMapItem", ("mapName", text), ("key", text)).ResolvedAsync()).Raw("data").Should().Be("""{"b":2}""");
        (await app.ResolveAsync("getMapItems", new { mapName = text })).GetArrayLength().Should().Be(2);
        (await app.ResolveAsync("removeMapItem", new { mapName = text, key = text })).GetString().Should().Be("deleted.");
        (await app.ResolveAsync("getMapItems", new { mapName = text }))[0].Text("key").Should().Be("neighbour");
        (await app.ResolveAsync("removeMap", new { mapName = text })).GetString().Should().Be("deleted");
    }

    [Fact]
    public async Task A_map_items_key_may_have_the_form_of_a_SID()
    {
        string map = Calls.NewName();
        string key = "ET" + new string('0', 32);
        await app.ResolveAsync("createMap", new { mapName = map });
        await app.ResolveAsync("setMapItem", new { mapName = map, key, data = new { a = 1 } });

        (await app.ResolveAsync("getMapItem", new { mapName = map, key })).Text("key").Should().Be(key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31_536_000)]
    public async Task A_ttl_from_none_to_a_year_is_taken(int ttl)
    {
        foreach (object value in (object[])[ttl, ttl.ToString(CultureInfo.InvariantCulture)])
        {
            JsonElement created = await app.ResolveAsync("createDocument", new { docName = Calls.NewName(), data = new { }, ttl = value });
            created.SecondsToLive().Should().Be(ttl == 0 ? null : ttl);
        }
    }

    [Theory]
    [InlineData("createDocument")]
    [InlineData("addListItem")]
    [InlineData("setMapItem")]
    public async Task Data_of_16_KiB_is_stored_and_a_byte_more_is_refused(string function)
    {
        string parent = Calls.NewName();
        await app.ResolveAsync("createList", new { listName = parent });
        await app.ResolveAsync("createMap", new { mapName = parent });
        foreach (string filling in (string[])["x", "é", "😀"])
        {
            string data = DataOf(16 * 1024, filling);
            foreach (Task<HttpResponseMessage> call in JsonAndForm(data))
            {
                (await call.ResolvedAsync()).Raw("data").Should().Be(data);
            }

            int before = app.Sync.Count;
            foreach (Task<HttpResponseMessage> call in JsonAndForm(DataOf((16 * 1024) + 1, filling)))
            {
                Problem problem = await call.FailedAsync();
                problem.Should().BeEquivalentTo(new { Status = 413, Parameter = "data" });
                problem.Detail.Should().Contain("data").And.Contain("16 KiB");
            }

            app.Sync.Count.Should().Be(before);
        }

        Task<HttpResponseMessage>[] JsonAndForm(string data) =>
        [
            app.PostJsonAsync(function, $$"""{"docName":"{{Calls.NewName()}}","listName":"{{parent}}","mapName":"{{parent}}","key":"k","data":{{data}} }"""),
            app.PostFormAsync(function, ("docName", Calls.NewName()), ("listName", parent), ("mapName", parent), ("key", "k"), ("data", data)),
        ];
    }

    [Theory]
    [InlineData("{\"a\":", "1", "}", 64)]
    [InlineData("{\"a\":", "{}", "}", 63)]
    [InlineData("{\"a\":", "[]", "}", 63)]
    [InlineData("{\"a\":", "[[[1,2]]]", "}", 61)]
    public async Task Data_may_be_nested_64_levels_deep_and_no_deeper(string open, string inner, string close, int retries)
    {
        string name = Calls.NewName();
        string data = Nested(retries);

        (await app.PostJsonAsync("createDocument", $$"""{"docName":"{{name}}","data":{{data}}}""").ResolvedAsync()).Raw("data").Should().Be(data);
        (await app.PostFormAsync("updateDocument", ("docName", name), ("data", data)).ResolvedAsync()).Raw("data").Should().Be(data);

        foreach (string tooDeep in (string[])[Nested(retries + 1), Nested(1000)])
        {
            (await app.PostJsonAsync("updateDocument", $$"""{"docName":"{{name}}","data":{{tooDeep}}}""").FailedAsync())
                .Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
            (await app.PostFormAsync("updateDocument", ("docName", name), ("data", tooDeep)).FailedAsync())
                .Should().BeEquivalentTo(new { Status = 400, Parameter = "data" });
        }

        string Nested(int levels) => string.Concat(Enumerable.Repeat(open, levels)) + inner + string.Concat(Enumerable.Repeat(close, levels));
    }

    [Fact]
    public async Task A_body_that_is_nested_as_deep_as_it_can_be_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 8_000)) + "1" + new string('}', 8_000);

        (await app.PostJsonAsync("createDocument", $$"""{"docName":"x","data":{{deep}} }""").FailedAsync()).Parameter.Should().Be("body");
        (await app.PostJsonAsync("createDocument", $$"""{"docName":{{deep}},"data":{ } }""").FailedAsync()).Parameter.Should().Be("body");
        (await app.PostFormAsync("createDocument", ("docName", "x"), ("data", deep)).FailedAsync()).Parameter.Should().Be("data");
        (await app.PostJsonAsync("createDocument", new string('[', 200_000)).FailedAsync()).Parameter.Should().Be("body");
    }

    [Fact]
    public async Task Data_in_a_form_is_the_text_of_a_JSON_object()
    {
        int before = app.Sync.Count;
        foreach (string data in (string[])
            ["", "text", "5", "null", "[]", "[{}]", "\"{}\"", "true", "{", "{}}", "{'a':1}", "{a:1}", """{"a":1,}""", """{"a":1,"a":2}""", """{"a":"\ud800"}""", "{} x"])
        {
            foreach (Task<HttpResponseMessage> call in (Task<HttpResponseMessage>[])
            [
                app.PostFormAsync("createDocument", ("docName", "x"), ("data", data)),
                app.QueryAsync(HttpMethod.Post, "createDocument", ("docName", "x"), ("data", data)),
            ])
            {
                (await call.FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "data" }, data);
            }
        }

        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("docName=%zz", "docName")]
    [InlineData("docName=%", "docName")]
    [InlineData("docName=a%2", "docName")]
    [InlineData("docName=%FF", "docName")]
    [InlineData("docName=%C3", "docName")]
    [InlineData("docName=%ED%A0%80", "docName")]
    [InlineData("docName=%C0%AF", "docName")]
    [InlineData("docName=%00", "docName")]
    [InlineData("docName=a%0Ab", "docName")]
    [InlineData("docName=%2E%2E", "docName")]
    [InlineData("docName=a&docName=a", "docName")]
    [InlineData("docName=a&DOCNAME=b", "docName")]
    [InlineData("docName", "docName")]
    public async Task A_form_or_a_query_that_is_not_well_formed_is_refused(string fields, string parameter)
    {
        int before = app.Sync.Count;

        Problem form = await app.PostFormAsync("getDocument", fields).FailedAsync();
        Problem query = await app.SendAsync(HttpMethod.Get, $"getDocument?{fields}").FailedAsync();

        form.Should().BeEquivalentTo(new { Status = 400, Parameter = parameter });
        query.Should().BeEquivalentTo(new { Status = 400, Parameter = parameter });
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("%zz=1&docName=a")]
    [InlineData("%FF=1&docName=a")]
    public async Task A_field_whose_name_cannot_be_read_is_refused(string fields)
    {
        (await app.PostFormAsync("getDocument", fields).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "body" });
        (await app.SendAsync(HttpMethod.Get, $"getDocument?{fields}").FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "query" });
    }

    [Fact]
    public async Task Too_many_fields_are_refused()
    {
        string fields = string.Join('&', Enumerable.Range(0, 1001).Select(i => $"a{i}=1"));

        (await app.PostFormAsync("getDocument", fields).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "body" });
    }

    [Fact]
    public async Task A_parameter_that_is_given_twice_in_a_JSON_body_is_refused()
    {
        int before = app.Sync.Count;

        (await app.PostJsonAsync("getDocument", """{"docName":"a","docName":"b"}""").FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "docName" });
        (await app.PostJsonAsync("getDocument", """{"docName":"a","DocName":"a"}""").FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "docName" });
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=\"UTF-8\"")]
    [InlineData("application/json; charset=us-ascii")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=\"UTF8\"")]
    [InlineData("application/json; charset='utf-8'")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; CharSet = ; profile=x")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=''")]
    [InlineData("application/json;")]
    [InlineData("application/vnd.api+json")]
    public async Task A_JSON_body_is_taken_under_every_name_that_JSON_has(string contentType) =>
        await app.PostAsync("searchDocument", contentType, """{"docName":"nowhere"}"""u8.ToArray()).ResolvedAsync();

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded;charset=utf8")]
    [InlineData("application/x-www-form-urlencoded; charset='UTF-8'")]
    [InlineData("application/x-www-form-urlencoded; charset=")]
    [InlineData("Application/X-WWW-Form-UrlEncoded")]
    public async Task A_form_is_taken_with_and_without_a_charset(string contentType) =>
        await app.PostAsync("searchDocument", contentType, "docName=no%20where"u8.ToArray()).ResolvedAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("application/xml")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset='utf-16'")]
    [InlineData("application/json; charset='")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    [InlineData("application/json, text/plain")]
    public async Task A_body_of_another_type_is_refused(string? contentType)
    {
        int before = app.Sync.Count;

        Problem problem = await app.PostAsync("searchDocument?docName=x", contentType, """{"docName":"nowhere"}"""u8.ToArray()).FailedAsync();

        problem.Should().BeEquivalentTo(new { Status = 415, Parameter = "body" });
        app.Sync.Count.Should().Be(before);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public async Task An_empty_body_counts_as_none_whatever_its_type(string? contentType) =>
        await app.PostAsync("searchDocument?docName=nowhere", contentType, []).ResolvedAsync();

    [Fact]
    public async Task A_byte_order_mark_before_JSON_does_no_harm()
    {
        string name = Calls.NewName();

        await app.PostAsync("createDocument", "application/json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($$$"""{"docName":"{{{name}}}","data":{"a":1}}""")]).ResolvedAsync();
        await app.PostFormAsync("updateDocument", ("docName", name), ("data", "\ufeff{\"b\":2}")).ResolvedAsync();

        (await app.ResolveAsync("getDocument", new { docName = name })).Raw("data").Should().Be("""{"b":2}""");
    }

    [Theory]
    [InlineData("""{"docName":"x","data":{"foo":}}""", "body is not valid JSON at line 1, byte 30, or is nested far too deeply.")]
    [InlineData("{\n'docName':'x'}", "body is not valid JSON at line 2, byte 1, or is nested far too deeply.")]
    [InlineData("""{"docName":"x" """, "body is not valid JSON at line 1, byte 16, or is nested far too deeply.")]
    public async Task JSON_that_cannot_be_read_is_refused_and_the_place_named(string body, string detail) =>
        (await app.PostJsonAsync("createDocument", body).FailedAsync()).Detail.Should().Be(detail);

    [Theory]
    [InlineData("""{"docName":"x"}""")]
    [InlineData(""" { "docName": "a=b&c" }""")]
    public async Task JSON_that_is_sent_as_a_form_is_recognised(string body)
    {
        Problem problem = await app.PostAsync("searchDocument", "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(body)).FailedAsync();

        problem.Should().BeEquivalentTo(new
        {
            Status = 400,
            Parameter = "docName",
            Detail = "docName is required. The body looks like JSON but is sent as a form: add the header Content-Type: application/json.",
        });
    }

    [Fact]
    public async Task JSON_in_another_encoding_is_refused()
    {
        byte[][] bodies = [Encoding.Unicode.GetPreamble(), Encoding.Unicode.GetBytes("""{"docName":"x"}"""), [.. "{\"docName\":\""u8, 0xFF, .. "\"}"u8], [.. "{\"docName\":\""u8, 0xC3, .. "\"}"u8]];
        foreach (byte[] body in bodies)
        {
            (await app.PostAsync("searchDocument", "application/json", body).FailedAsync()).Should().BeEquivalentTo(new { Status = 400, Parameter = "body" });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_10_MB_is_refused(bool tellsItsLength)
    {
        using MemoryStream body = new(new byte[10_000_000]);
        using StreamContent content = new(tellsItsLength ? body : new Lengthless(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        (await app.SendAsync(HttpMethod.Post, "createDocument", content).FailedAsync()).Should().BeEquivalentTo(new { Status = 413, Parameter = "body" });
        (await app.ResolveAsync("searchDocument", new { docName = Calls.NewName() })).GetString().Should().BeEmpty("the app still works");
    }

    [Theory]
    [InlineData("noSuchFunction")]
    [InlineData("")]
    [InlineData("createDocument/x")]
    [InlineData("../createDocument")]
    [InlineData("%2e%2e/createDocument")]
    [InlineData("create%44ocuments")]
    [InlineData("%00")]
    [InlineData("%0d%0aX-Injected:%201")]
    public async Task A_function_that_is_not_there_is_not_found(string function)
    {
        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, function);

        ((int)response.StatusCode).Should().BeOneOf(400, 404);
        response.Headers.Contains("X-Injected").Should().BeFalse();
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            (await Problem.ReadAsync(response)).Detail.Should().Contain("no function");
        }
    }

    [Fact]
    public async Task A_method_that_a_function_does_not_accept_is_refused_with_those_it_accepts()
    {
        foreach (FunctionContract function in FunctionTable.All)
        {
            foreach (string method in ((string[])["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"]).Except(function.Methods))
            {
                using HttpResponseMessage response = await app.SendAsync(new HttpMethod(method), function.Route.Replace("{function}", "getDocument", StringComparison.Ordinal));

                (await Problem.ReadAsync(response)).Status.Should().Be(405, "{0} {1}", method, function.Name);
                response.Content.Headers.Allow.Should().BeEquivalentTo([.. function.Methods, .. function.Methods.Contains("GET") ? ["HEAD"] : Array.Empty<string>()]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Whatever_a_function_is_sent_it_does_not_fail(string function)
    {
        // The same every time: what fails can be found again.
        Random random = new(function.Length * 7919);
        string query = Calls.Encode(Form(function, "", null));
        byte[] json = Encoding.UTF8.GetBytes(Body(function, "", null));
        byte[] form = Encoding.UTF8.GetBytes(query);
        for (int i = 0; i < 40; i++)
        {
            foreach ((string type, byte[] body) in ((string, byte[])[])[("application/json", Damaged(json, random)), ("application/x-www-form-urlencoded", Damaged(form, random))])
            {
                using HttpResponseMessage response = await app.PostAsync(function, type, body);
                ((int)response.StatusCode).Should().BeLessThan(500, "{0} was sent {1}", function, Convert.ToHexString(body));
            }
        }
    }

    private static IEnumerable<string> RefusedFor(Parameter parameter) => [.. parameter.IsRequired ? ["null"] : Array.Empty<string>(), .. RefusedBy(parameter)];

    private static string[] RefusedBy(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.UniqueName => ["\"\"", .. NotStrings, .. NotNames, .. SidShapes, .. TooLong(parameter), $"\"{string.Concat(Enumerable.Repeat("😀", 161))}\""],
        ParameterKind.ItemKey or ParameterKind.Identity => ["\"\"", .. NotStrings, .. NotNames, .. TooLong(parameter)],
        ParameterKind.Text => ["\"\"", .. NotStrings, "\"\\ud83d\"", .. parameter.MaximumLength is null ? [] : TooLong(parameter)],
        ParameterKind.DateTime => ["\"\"", .. NotStrings, .. NotDates],
        ParameterKind.Word => ["\"\"", .. NotStrings, .. parameter.Words.Select(word => $"\" {word}\""), "\"other\""],
        ParameterKind.ObjectList => ["\"\"", "\"text\"", "\"{}\"", "\"[\"", "5", "true", "{}", $"[{string.Join(',', Enumerable.Repeat("{}", parameter.MaximumCount!.Value + 1))}]", .. parameter.MinimumCount > 0 ? (string[])["[]"] : []],
        ParameterKind.Sid =>
        [
            "\"\"", .. NotStrings, .. NotSids.Where(sid => sid[..3] != $"\"{parameter.Prefix}"), $"\"{parameter.Prefix}{new string('0', 31)}\"",
            $"\"{parameter.Prefix}{new string('0', 33)}\"", $"\"{parameter.Prefix}{new string('0', 32)}\\n\"",
        ],
        ParameterKind.JsonObject =>
        [
            "\"\"", "\"text\"", "\"{}\"", "5", "true", "[]", "[{}]", """{"a":1,"a":1}""", """{"a":1,"\u0061":2}""", """{"b":[{"a":1,"c":{},"a":1}]}""",
            """{"a":"\ud800"}""", """{"a":["\ude00"]}""", """{"\ud800":1}""", """{"a":"\ude00\ud83d"}""",
        ],
        ParameterKind.ShortName => ["\"\"", .. NotStrings, .. TooLong(parameter), "\"a b\"", "\"a.b\"", "\"é\"", "\"a\\n\"", "\"$\""],
        ParameterKind.JsonObjects =>
        [
            "\"\"", "\"text\"", "\"[]\"", "5", "true", "{}", "[]", $"[{string.Join(',', Enumerable.Repeat("{}", parameter.MaximumCount!.Value + 1))}]",
        ],
        ParameterKind.Condition =>
        [
            "\"\"", .. NotStrings, .. TooLong(parameter), "\" \"", "\"a\"", "\"a ==\"", "\"a = 1\"", "\"a == 1e400\"", "\"a == 'b'\"", "\"a == \\\"b\"", "\"(a == 1\"",
            "\"a == 1)\"", "\"a < true\"", "\"a IN 1\"", "\"a IN [1\"", "\"a == 1 b == 2\"", "\"\\ud83d\"", $"\"{new string('(', 10_000)}\"", $"\"{new string('(', 4000)}\"",
        ],
        ParameterKind.Field => ["\"\"", .. NotStrings, "\"a.\"", "\".a\"", "\"a..b\"", "\"a b\"", "\"\\\"a\"", "\"/~\"", "\"/a~2\"", "\"a=b\"", "\"\\ud83d\"", $"\"{string.Join('.', Enumerable.Repeat("a", 65))}\"", $"\"{string.Concat(Enumerable.Repeat("/a", 65))}\""],
        ParameterKind.JsonPatch =>
        [
            "\"\"", "\"text\"", "\"{}\"", "5", "true", """{"a":1,"a":1}""", """{"b":[{"a":1,"c":{},"a":1}]}""", """{"a":"\ud800"}""",
            """[{"op":"remove","op":"remove","path":"/a"}]""", """[{"op":"add","path":"/a","value":{"b":1,"b":2}}]""", """[{"op":"add","path":"/\ud800","value":1}]""",
        ],
        ParameterKind.JsonPointer => ["\"\"", .. NotStrings, "\"a\"", "\"/~\"", "\"/a~2\"", "\"#/a\"", "\"\\ud83d\""],
        ParameterKind.Ttl => [.. NotTtls, .. parameter.Words.Contains("keep") ? Array.Empty<string>() : ["\"keep\""]],
        ParameterKind.Integer => [.. NotIntegers, .. OutOfRange(parameter)],
        ParameterKind.Number => ["true", "[]", "{}", "\"\"", "\"a\"", "\"1,5\"", "\"0x1\"", "\"+1\"", "\"NaN\"", "1e400"],
        ParameterKind.Boolean => ["0", "1", "\"\"", "\"yes\"", "\"TRUE\"", "[]", "{}", "\" true\""],
        ParameterKind.Choice => ["\"\"", .. NotStrings, .. parameter.Words.Select(word => $"\"{word.ToUpperInvariant()}\""), "\"other\""],
        ParameterKind.Choices =>
        [
            "\"\"", .. NotStrings, "\",\"", "\" \"", "\"other\"", "\"[\"", "\"[]\"", "\"{}\"", "\"\\ud83d\"", "[\"\\ud83d\"]", "[null]", "[[]]", $"[\"{parameter.Words[0]}\",5]",
            .. parameter.Words.SelectMany(word => (string[])[$"\"{word.ToUpperInvariant()}\"", $"\"{word},\"", $"[\"{word}\",\"other\"]", $"[\"{word} \"]"]),
        ],
        ParameterKind.Texts =>
        [
            "\"\"", "5", "true", "{}", "[]", "[5]", "[null]", "[\"\"]", "[\"a b\"]", "[[\"a\"]]", "\"a,,b\"", "\"[\"", "\"[]\"", "\"é\"", "[\"\\ud83d\"]",
            $"[{string.Join(',', Enumerable.Repeat("\"a\"", parameter.MaximumCount!.Value + 1))}]",
        ],
        ParameterKind.Revision => ["\"\"", .. NotStrings, "\"a b\"", "\"\\\"\"", "\"3,4\"", "\"-1\""],
        _ => throw new InvalidOperationException($"Nothing is known of what a {parameter.Kind} must refuse."),
    };

    private static string[] TooLong(Parameter parameter) => [$"\"{new string('n', parameter.MaximumLength!.Value + 1)}\""];

    private static string[] OutOfRange(Parameter parameter) =>
    [
        .. parameter.Minimum is { } minimum ? [$"{minimum - 1}"] : Array.Empty<string>(),
        .. parameter.Maximum is { } maximum ? [$"{maximum + 1}"] : Array.Empty<string>(),
    ];

    /// <summary>The function's parameters with their examples, but the named one with another value, or left out.</summary>
    internal static string Body(string function, string parameter, string? value)
    {
        IEnumerable<string> members = FunctionTable.All.Single(contract => contract.Name == function).Given
            .Where(candidate => candidate.Name != parameter)
            .Select(candidate => $"\"{candidate.Name}\":{candidate.Example}");
        return $"{{{string.Join(',', value is null ? members : members.Append($"\"{parameter}\":{value}"))}}}";
    }

    private static (string Name, string Value)[] Form(string function, string parameter, string? value)
    {
        IEnumerable<(string, string)> fields = FunctionTable.All.Single(contract => contract.Name == function).Given
            .Where(candidate => candidate.Name != parameter)
            .Select(candidate => (candidate.Name, candidate.Example!.Trim('"')));
        return [.. value is null ? fields : fields.Append((parameter, value))];
    }

    private static string DataOf(int size, string filling)
    {
        const string Frame = """{"a":""}""";
        int room = size - Frame.Length;
        int width = Encoding.UTF8.GetByteCount(filling);
        string data = $$"""{"a":"{{string.Concat(Enumerable.Repeat(filling, room / width))}}{{new string('.', room % width)}}"}""";
        Encoding.UTF8.GetByteCount(data).Should().Be(size);
        return data;
    }

    private static byte[] Damaged(byte[] source, Random random)
    {
        List<byte> bytes = [.. source];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            int position = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[position] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(position);
                    break;
                case 2:
                    bytes.Insert(position, "\"{}[],:\\%&=+\0\u007f"u8[random.Next(14)]);
                    break;
                default:
                    bytes.RemoveRange(position, random.Next(bytes.Count - position));
                    break;
            }
        }

        return [.. bytes];
    }

    private sealed class Lengthless(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
