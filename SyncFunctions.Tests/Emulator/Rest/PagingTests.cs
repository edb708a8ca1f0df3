using System.Buffers.Text;
using System.Text;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Rest;

/// <summary>Pages of the collections, and requests for pages to which there was no link.</summary>
public sealed class PagingTests(SharedEmulator shared) : IClassFixture<SharedEmulator>
{
    private readonly TestEmulator emulator = shared.Emulator;

    [Theory]
    [InlineData("PageSize=0", 54454)]
    [InlineData("PageSize=-1", 54454)]
    [InlineData("PageSize=1001", 54454)]
    [InlineData("PageSize=abc", 54454)]
    [InlineData("PageSize=1.5", 54454)]
    [InlineData("PageSize=99999999999", 54454)]
    [InlineData("Order=ASC", 54451)]
    [InlineData("Order=down", 54451)]
    [InlineData("Order=", 54451)]
    [InlineData("Bounds=open", 54452)]
    [InlineData("Bounds=", 54452)]
    [InlineData("From=x", 54458)]
    [InlineData("From=-1", 54458)]
    [InlineData("From=1.5", 54458)]
    [InlineData("From=99999999999999999999", 54458)]
    [InlineData("PageToken=x", 54453)]
    [InlineData("PageToken=PT", 54453)]
    [InlineData("PageToken=PT!!!", 54453)]
    [InlineData("PageToken=%00", 54453)]
    public async Task A_page_cannot_be_asked_for_by(string query, int code)
    {
        SyncAnswer list = await emulator.FormAsync("Lists");
        (await emulator.GetAsync($"Lists/{list.Sid}/Items?{query}")).ShouldBe(400, code);
    }

    [Theory]
    [InlineData("PageSize=1000", 100)]
    [InlineData("PageSize=101", 100)]
    [InlineData("PageSize=100", 100)]
    [InlineData("PageSize=1", 1)]
    [InlineData("", 50)]
    [InlineData("PageSize=", 50)]
    [InlineData("Page=abc", 50)]
    [InlineData("Page=-1", 50)]
    [InlineData("Page=99999999999", 50)]
    [InlineData("PageToken=", 50)]
    [InlineData("From=", 50)]
    [InlineData("Unknown=1&%zz=2", 50)]
    public async Task A_page_is_first_and_has_the_size(string query, int size)
    {
        SyncAnswer list = await ListAsync(102);
        SyncAnswer page = await emulator.GetAsync($"Lists/{list.Sid}/Items?{query}");
        page.Ids.Should().Equal(Enumerable.Range(0, size).Select(index => $"{index}"));
        page.Meta.GetProperty("page_size").GetInt32().Should().Be(size);
        page.Meta.GetProperty("page").GetInt32().Should().Be(0);
    }

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Maps")]
    [InlineData("Streams")]
    [InlineData("/v1/Services")]
    [InlineData("Documents/{0}/Permissions")]
    [InlineData("Lists/{0}/Items")]
    [InlineData("Maps/{0}/Items")]
    public async Task An_unusable_token_is_refused_by_every_collection(string path)
    {
        string collection = await CollectionAsync(path);
        string good = Token("scope", 1, back: false);
        foreach (string token in (string[])
            [
                "x", "PT", good[2..], good, good[..^1], good + "A", Encode("null"), Encode("[]"), Encode("{}"), Encode("1"), Encode("""{"key":1}"""),
                Encode("""{"key":1,"back":false}"""), Encode("""{"key":1,"back":false,"scope":null}"""), Encode(new string('[', 5_000)),
                Encode("{}{}"), "PT" + new string('A', 5_000),
            ])
        {
            (await emulator.GetAsync($"{collection}?PageToken={Uri.EscapeDataString(token)}")).ShouldBe(400, 54453, token);
        }
    }

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Lists/{0}/Items")]
    [InlineData("Maps/{0}/Items")]
    [InlineData("Documents/{0}/Permissions")]
    public async Task A_token_holds_for_its_own_collection_only(string path)
    {
        (string collection, string token) = await CollectionWithTokenAsync(path);
        (await emulator.GetAsync($"{collection}?PageToken={token}")).ShouldBe(200);
        SyncAnswer service = await emulator.FormAsync("/v1/Services");
        foreach (string other in (string[])["Documents", "Lists", "Maps", "Streams", "Lists/{0}/Items", "Maps/{0}/Items", "Documents/{0}/Permissions"])
        {
            if (other != path || path.Contains('{', StringComparison.Ordinal))
            {
                (await emulator.GetAsync($"{await CollectionAsync(other)}?PageToken={token}")).ShouldBe(400, 54453, other);
            }

            (await emulator.GetAsync($"{await CollectionAsync($"/v1/Services/{service.Sid}/{other}")}?PageToken={token}")).ShouldBe(400, 54453, other);
        }

        (await emulator.GetAsync($"/v1/Services?PageToken={token}")).ShouldBe(400, 54453);
    }

    [Theory]
    [InlineData("Lists/{0}/Items", "\"0\"")]
    [InlineData("Lists/{0}/Items", "1.5")]
    [InlineData("Lists/{0}/Items", "99999999999999999999")]
    [InlineData("Lists/{0}/Items", "null")]
    [InlineData("Maps/{0}/Items", "0")]
    [InlineData("Maps/{0}/Items", "null")]
    [InlineData("Maps/{0}/Items", "\"\\ud800\"")]
    [InlineData("Documents", "\"0\"")]
    [InlineData("Documents/{0}/Permissions", "0")]
    public async Task A_token_with_another_type_of_key_is_refused(string path, string key)
    {
        (string collection, string token) = await CollectionWithTokenAsync(path);
        string json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(2)));
        string original = json[(json.IndexOf(':', StringComparison.Ordinal) + 1)..json.IndexOf(',', StringComparison.Ordinal)];
        (await emulator.GetAsync($"{collection}?PageToken={Encode(json)}")).ShouldBe(200);
        (await emulator.GetAsync($"{collection}?PageToken={Encode(json.Replace(original, key, StringComparison.Ordinal))}")).ShouldBe(400, 54453);
    }

    [Theory]
    [InlineData("Lists", "")]
    [InlineData("Lists", "Order=desc")]
    [InlineData("Lists", "From=3")]
    [InlineData("Lists", "From=3&Bounds=exclusive")]
    [InlineData("Lists", "From=19&Order=desc")]
    [InlineData("Lists", "From=19&Bounds=exclusive&Order=desc")]
    [InlineData("Lists", "From=0&Bounds=exclusive")]
    [InlineData("Lists", "From=100500&Order=desc")]
    [InlineData("Lists", "From=100500")]
    [InlineData("Maps", "")]
    [InlineData("Maps", "Order=desc")]
    [InlineData("Maps", "From=k03")]
    [InlineData("Maps", "From=k03&Bounds=exclusive")]
    [InlineData("Maps", "From=k19&Order=desc")]
    [InlineData("Maps", "From=k19&Bounds=exclusive&Order=desc")]
    [InlineData("Maps", "From=k1")]
    [InlineData("Maps", "From=k2&Order=desc")]
    [InlineData("Maps", "From=%26%3D%20%C3%A9")]
    public async Task Pages_walked_forth_and_back_are_the_same_and_hold_what_was_asked_for(string kind, string query)
    {
        bool isList = kind == "Lists";
        SyncAnswer parent = isList ? await ListAsync(23) : await MapAsync(23);
        string[] all = [.. Enumerable.Range(0, 23).Select(i => isList ? $"{i}" : $"k{i:00}")];

        foreach (int size in (int[])[1, 4, 5, 23, 24])
        {
            List<SyncAnswer> pages = await WalkAsync($"{kind}/{parent.Sid}/Items?{query}&PageSize={size}");

            pages.SelectMany(page => page.Ids).Should().Equal(Expected(all, query, isList));
            pages.SkipLast(1).All(page => page.Ids.Length == size).Should().BeTrue();
            await WalkBackAsync(pages);
        }
    }

    [Theory]
    [InlineData("Documents")]
    [InlineData("Lists")]
    [InlineData("Maps")]
    [InlineData("Streams")]
    public async Task Objects_are_paged_in_the_order_of_their_creation(string kind)
    {
        SyncAnswer service = await emulator.FormAsync("/v1/Services");
        string collection = $"/v1/Services/{service.Sid}/{kind}";
        List<string> sids = [];
        for (int i = 0; i < 7; i++)
        {
            sids.Add((await emulator.FormAsync(collection)).Sid);
        }

        List<SyncAnswer> pages = await WalkAsync($"{collection}?PageSize=3");
        pages.SelectMany(page => page.Ids).Should().Equal(sids);
        pages.Select(page => page.Ids.Length).Should().Equal(3, 3, 1);
        await WalkBackAsync(pages);
    }

    [Fact]
    public async Task Permissions_are_paged_by_identity()
    {
        SyncAnswer document = await emulator.FormAsync("Documents");
        string permissions = $"Documents/{document.Sid}/Permissions";
        string[] identities = ["A", "Z", "a", "b", "é", "😀", "\uffee"];
        foreach (string identity in identities.Reverse())
        {
            (await emulator.FormAsync($"{permissions}/{Uri.EscapeDataString(identity)}", ("Read", "true"))).ShouldBe(200);
        }

        List<SyncAnswer> pages = await WalkAsync($"{permissions}?PageSize=2");
        pages.SelectMany(page => page.Ids).Should().Equal(identities, "UTF-16 code units order them");
        await WalkBackAsync(pages);
    }

    [Fact]
    public async Task Map_items_are_ordered_by_the_UTF_16_code_units_of_their_keys()
    {
        SyncAnswer map = await emulator.FormAsync("Maps");
        string[] keys = ["!", "1", "10", "2", "A", "Z", "a", "a/b", "aa", "é", "\ud7ff", "\U00010000", "😀", "😀\ue000", "\U0010ffff", "\ue000", "\ue000😀", "\uffee", "\uffff"];
        foreach (string key in keys.Reverse())
        {
            await emulator.FormAsync($"Maps/{map.Sid}/Items", ("Key", key), ("Data", "{}"));
        }

        (await emulator.GetAsync($"Maps/{map.Sid}/Items")).Ids.Should().Equal(keys);
        (await emulator.GetAsync($"Maps/{map.Sid}/Items?Order=desc")).Ids.Should().Equal(keys.Reverse());
        (await emulator.GetAsync($"Maps/{map.Sid}/Items?From={Uri.EscapeDataString("\ue000")}")).Ids.Should().Equal(keys[^4..]);
        List<SyncAnswer> pages = await WalkAsync($"Maps/{map.Sid}/Items?PageSize=2&From={Uri.EscapeDataString("😀")}&Bounds=exclusive");
        pages.SelectMany(page => page.Ids).Should().Equal(keys[13..]);
        await WalkBackAsync(pages);
        foreach (string key in keys)
        {
            (await emulator.GetAsync($"Maps/{map.Sid}/Items/{Uri.EscapeDataString(key)}")).Body.Text("key").Should().Be(key);
            (await emulator.FormAsync($"Maps/{map.Sid}/Items/{Uri.EscapeDataString(key)}", ("Data", "{}"))).ShouldBe(200);
            (await emulator.DeleteAsync($"Maps/{map.Sid}/Items/{Uri.EscapeDataString(key)}")).ShouldBe(204);
        }
    }

    [Fact]
    public async Task Additions_and_removals_between_pages_neither_repeat_nor_skip()
    {
        SyncAnswer map = await MapAsync(10);
        string items = $"Maps/{map.Sid}/Items";
        SyncAnswer first = await emulator.GetAsync($"{items}?PageSize=4");
        first.Ids.Should().Equal("k00", "k01", "k02", "k03");

        // Before the position, at the position itself, and after it.
        await emulator.FormAsync(items, ("Key", "a"), ("Data", "{}"));
        await emulator.DeleteAsync($"{items}/k01");
        await emulator.DeleteAsync($"{items}/k03");
        await emulator.DeleteAsync($"{items}/k05");
        await emulator.FormAsync(items, ("Key", "k04-new"), ("Data", "{}"));
        SyncAnswer second = await emulator.GetAsync(first.Next!);
        second.Ids.Should().Equal("k04", "k04-new", "k06", "k07");

        await emulator.DeleteAsync($"{items}/k04");
        SyncAnswer third = await emulator.GetAsync(second.Next!);
        third.Ids.Should().Equal("k08", "k09");
        SyncAnswer secondAgain = await emulator.GetAsync(third.Previous!);
        secondAgain.Ids.Should().Equal("k02", "k04-new", "k06", "k07");
        SyncAnswer firstAgain = await emulator.GetAsync(secondAgain.Previous!);
        firstAgain.Ids.Should().Equal("a", "k00");
        firstAgain.Previous.Should().BeNull();
        (await emulator.GetAsync(firstAgain.Next!)).Ids.Should().Equal("k02", "k04-new", "k06", "k07");
    }

    [Fact]
    public async Task A_page_that_has_emptied_ends_the_walk()
    {
        SyncAnswer list = await ListAsync(4);
        string items = $"Lists/{list.Sid}/Items";
        SyncAnswer first = await emulator.GetAsync($"{items}?PageSize=2");
        await emulator.DeleteAsync($"{items}/2");
        await emulator.DeleteAsync($"{items}/3");
        SyncAnswer empty = await emulator.GetAsync(first.Next!);
        (empty.Status, empty.Ids.Length, empty.Next, empty.Previous).Should().Be((200, 0, null, null));
    }

    [Fact]
    public async Task The_links_of_a_page_keep_the_filters_and_the_address_of_the_caller()
    {
        SyncAnswer map = await MapAsync(3);
        SyncAnswer page = await emulator.GetAsync($"Maps/{map.Sid}/Items?Order=desc&PageSize=1&From=k%261&Bounds=exclusive");
        string items = $"{emulator.Http.BaseAddress}Maps/{map.Sid}/Items?From=k%261&Bounds=exclusive&Order=desc&PageSize=1&Page=";
        page.Meta.GetProperty("url").GetString().Should().Be(items + "0");
        page.Meta.GetProperty("first_page_url").GetString().Should().Be(items + "0");
        page.Meta.GetProperty("key").GetString().Should().Be("items");
        page.Meta.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo(
            "key", "page", "page_size", "url", "first_page_url", "next_page_url", "previous_page_url");
    }

    private static IEnumerable<string> Expected(string[] all, string query, bool isList)
    {
        Dictionary<string, string> filters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        bool descending = filters.GetValueOrDefault("Order") == "desc";
        bool inclusive = filters.GetValueOrDefault("Bounds") != "exclusive";
        IEnumerable<string> wanted = filters.TryGetValue("From", out string? from)
            ? all.Where(id =>
            {
                int order = isList ? int.Parse(id, null).CompareTo(int.Parse(from, null)) : string.CompareOrdinal(id, from);
                return (descending ? -order : order) > 0 || (inclusive && order == 0);
            })
            : all;
        return descending ? wanted.Reverse() : wanted;
    }

    private static string Encode(string json) => "PT" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Token(string scope, long key, bool back) =>
        Encode($$"""{"key":{{key}},"back":{{(back ? "true" : "false")}},"scope":"{{scope}}"}""");

    private async Task<List<SyncAnswer>> WalkAsync(string url)
    {
        List<SyncAnswer> pages = [];
        for (string? next = url; next is not null; next = pages[^1].Next)
        {
            SyncAnswer page = await emulator.GetAsync(next);
            page.ShouldBe(200);
            page.Meta.GetProperty("page").GetInt32().Should().Be(pages.Count);
            pages.Add(page);
            pages.Count.Should().BeLessThan(100);
        }

        return pages;
    }

    private async Task WalkBackAsync(List<SyncAnswer> pages)
    {
        pages[0].Previous.Should().BeNull();
        SyncAnswer page = pages[^1];
        for (int i = pages.Count - 2; i >= 0; i--)
        {
            page = await emulator.GetAsync(page.Previous!);
            page.Ids.Should().Equal(pages[i].Ids);
            page.Meta.GetProperty("page").GetInt32().Should().Be(i);
            (await emulator.GetAsync(page.Next!)).Ids.Should().Equal(pages[i + 1].Ids);
        }

        page.Previous.Should().BeNull();
    }

    private async Task<SyncAnswer> ListAsync(int count)
    {
        SyncAnswer list = await emulator.FormAsync("Lists");
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => emulator.FormAsync($"Lists/{list.Sid}/Items", ("Data", "{}"))));
        return list;
    }

    private async Task<SyncAnswer> MapAsync(int count)
    {
        SyncAnswer map = await emulator.FormAsync("Maps");
        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            emulator.FormAsync($"Maps/{map.Sid}/Items", ("Key", $"k{i:00}"), ("Data", "{}"))));
        return map;
    }

    /// <summary>A path in which <c>{0}</c>, if it is there, is a new object.</summary>
    private async Task<string> CollectionAsync(string path)
    {
        int end = path.IndexOf("/{0}", StringComparison.Ordinal);
        return end < 0 ? path : path.Replace("{0}", (await emulator.FormAsync(path[..end])).Sid, StringComparison.Ordinal);
    }

    /// <summary>A collection of two elements, and the token of its second page.</summary>
    private async Task<(string Collection, string Token)> CollectionWithTokenAsync(string path)
    {
        string collection = await CollectionAsync(path);
        foreach (string id in (string[])["a", "b"])
        {
            string target = collection.EndsWith("/Permissions", StringComparison.Ordinal) ? $"{collection}/{id}" : collection;
            (await emulator.FormAsync(target, ("Key", id), ("Data", "{}"))).Status.Should().BeOneOf(200, 201);
        }

        SyncAnswer page = await emulator.GetAsync($"{collection}?PageSize=1");
        return (collection, page.Next![(page.Next!.IndexOf("PageToken=", StringComparison.Ordinal) + "PageToken=".Length)..]);
    }
}
