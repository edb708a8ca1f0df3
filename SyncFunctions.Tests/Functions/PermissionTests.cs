using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Functions;

public sealed class PermissionTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly TestApp app = fixture.App;

    public static TheoryData<string, string> Kinds => new() { { "Document", "docName" }, { "List", "listName" }, { "Map", "mapName" } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_permission_is_set_read_replaced_and_removed(string kind, string nameParameter)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        JsonElement set = await owner.ResolveAsync("set", new { identity = "alice", read = true, write = true });
        set.Members().Should().Equal(
            "accountSid", "serviceSid", $"{char.ToLowerInvariant(kind[0])}{kind[1..]}Sid", "identity", "read", "write", "manage", "url");
        set.Text($"{char.ToLowerInvariant(kind[0])}{kind[1..]}Sid").Should().Be(owner.Sid);
        Rights(set).Should().Be(("alice", true, true, false));
        (await owner.ResolveAsync("get", new { identity = "alice" })).GetRawText().Should().Be(set.GetRawText());

        // Nothing is left of the previous permission.
        Rights(await owner.ResolveAsync("set", new { identity = "alice", manage = true })).Should().Be(("alice", false, false, true));
        Rights(await owner.ResolveAsync("get", new { identity = "alice" })).Should().Be(("alice", false, false, true));

        (await owner.ResolveAsync("remove", new { identity = "alice" })).GetString().Should().Be("deleted");
        (await owner.FailAsync("get", new { identity = "alice" })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
        (await owner.FailAsync("remove", new { identity = "alice" })).Status.Should().Be(404);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Rights_that_are_not_given_are_denied(string kind, string nameParameter)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        Rights(await owner.ResolveAsync("set", new { identity = "bob" })).Should().Be(("bob", false, false, false));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task All_permissions_are_listed_however_many(string kind, string nameParameter)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        (await owner.ListAsync()).Should().BeEmpty();
        string[] identities = [.. Enumerable.Range(0, 120).Select(i => $"user {i}")];
        await Task.WhenAll(identities.Select((identity, i) => owner.ResolveAsync("set", new { identity, read = i % 2 == 0 })));

        List<JsonElement> all = await owner.ListAsync();
        all.Select(Rights).Should().BeEquivalentTo(identities.Select((identity, i) => (identity, i % 2 == 0, false, false)));

        Owner other = await OwnerAsync(kind, nameParameter);
        (await other.ListAsync()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_right_that_is_neither_true_nor_false_is_refused(string kind, string nameParameter)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        foreach (string right in (string[])["read", "write", "manage"])
        {
            foreach (object value in (object[])["yes", "1", 1, 0, "", "TRUE", (object[])[true]])
            {
                await app.RefusesAsync($"set{kind}Permission", owner.With(new Dictionary<string, object> { ["identity"] = "x", [right] = value }), right);
            }
        }

        (await owner.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Rights_are_taken_from_a_form_too()
    {
        string docName = Calls.NewName();
        await app.ResolveAsync("createDocument", new { docName, data = new { } });
        JsonElement set = await app.PostFormAsync(
            "setDocumentPermission", ("docName", docName), ("identity", "+1 415"), ("read", "true"), ("write", "false")).ResolvedAsync();
        Rights(set).Should().Be(("+1 415", true, false, false));
    }

    [Theory]
    [InlineData("user@example.com")]
    [InlineData("a b")]
    [InlineData("+14158675309")]
    [InlineData("a+b c%20d")]
    [InlineData("a/b//c")]
    [InlineData("/")]
    [InlineData("%")]
    [InlineData("100%25")]
    [InlineData("%2F..%2f")]
    [InlineData("?a=b&c#d;e")]
    [InlineData("'\"<>\\|`{}[]^")]
    [InlineData("...")]
    [InlineData("../x")]
    [InlineData("é ß 漢字")]
    [InlineData("\U0001F600\U0001F468\u200D\U0001F469")]
    [InlineData(" ")]
    [InlineData("Permissions")]
    public async Task Identities_are_kept_letter_by_letter(string identity)
    {
        await RoundTripAsync("Document", "docName", identity);
        await RoundTripAsync("List", "listName", identity);
        await RoundTripAsync("Map", "mapName", identity);
    }

    [Fact]
    public async Task An_identity_has_at_most_256_characters()
    {
        string longest = new('é', 256);
        await RoundTripAsync("Document", "docName", longest);
        await RefusesIdentityAsync("Document", "docName", longest + "x");
        await RefusesIdentityAsync("List", "listName", longest + "x");
        await RefusesIdentityAsync("Map", "mapName", longest + "x");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("\u007f")]
    [InlineData("\u0085")]
    public async Task An_identity_that_cannot_be_addressed_is_refused(string identity)
    {
        await RefusesIdentityAsync("Document", "docName", identity);
        await RefusesIdentityAsync("List", "listName", identity);
        await RefusesIdentityAsync("Map", "mapName", identity);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Name_and_identity_are_required_and_the_object_must_be_there(string kind, string nameParameter)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        foreach (string verb in (string[])["set", "get", "remove"])
        {
            await app.RefusesAsync($"{verb}{kind}Permission", owner.With([]), "identity");
            await app.RefusesAsync($"{verb}{kind}Permission", owner.With(new() { ["identity"] = 5 }), "identity");
            await app.RefusesAsync($"{verb}{kind}Permission", new { identity = "alice" }, nameParameter);
            (await app.FailAsync($"{verb}{kind}Permission", new Dictionary<string, object> { [nameParameter] = Calls.NewName(), ["identity"] = "alice" }))
                .Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
        }

        await app.RefusesAsync($"get{kind}Permissions", new { }, nameParameter);
        (await app.FailAsync($"get{kind}Permissions", new Dictionary<string, object> { [nameParameter] = Calls.NewName() })).Status.Should().Be(404);
    }

    private static (string Identity, bool Read, bool Write, bool Manage) Rights(JsonElement permission) => (
        permission.Text("identity"), permission.GetProperty("read").GetBoolean(), permission.GetProperty("write").GetBoolean(),
        permission.GetProperty("manage").GetBoolean());

    private async Task RoundTripAsync(string kind, string nameParameter, string identity)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        Rights(await owner.ResolveAsync("set", new { identity, write = true })).Should().Be((identity, false, true, false));
        Rights(await owner.ResolveAsync("get", new { identity })).Should().Be((identity, false, true, false));
        (await owner.ListAsync()).Select(Rights).Should().Equal((identity, false, true, false));
        await owner.ResolveAsync("remove", new { identity });
        (await owner.ListAsync()).Should().BeEmpty();
    }

    private async Task RefusesIdentityAsync(string kind, string nameParameter, string identity)
    {
        Owner owner = await OwnerAsync(kind, nameParameter);
        await owner.ResolveAsync("set", new { identity = "alice", read = true });
        foreach (string verb in (string[])["set", "get", "remove"])
        {
            await app.RefusesAsync($"{verb}{kind}Permission", owner.With(new() { ["identity"] = identity }), "identity");
        }

        // Nothing else was hit: neither the object nor another permission.
        (await owner.ListAsync()).Should().ContainSingle();
    }

    private async Task<Owner> OwnerAsync(string kind, string nameParameter)
    {
        string name = Calls.NewName();
        JsonElement owner = await app.ResolveAsync($"create{kind}", new Dictionary<string, object> { [nameParameter] = name, ["data"] = new { } });
        return new Owner(app, kind, nameParameter, name, owner.Text("sid"));
    }

    private sealed record Owner(TestApp App, string Kind, string NameParameter, string Name, string Sid)
    {
        public Task<JsonElement> ResolveAsync(string verb, object parameters) => App.ResolveAsync($"{verb}{Kind}Permission", With(parameters));

        public Task<Problem> FailAsync(string verb, object parameters) => App.FailAsync($"{verb}{Kind}Permission", With(parameters));

        public async Task<List<JsonElement>> ListAsync() => [.. (await App.ResolveAsync($"get{Kind}Permissions", With([]))).EnumerateArray()];

        public Dictionary<string, object> With(Dictionary<string, object> parameters) => new(parameters) { [NameParameter] = Name };

        private Dictionary<string, object> With(object parameters) =>
            With(JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(parameters))!);
    }
}
