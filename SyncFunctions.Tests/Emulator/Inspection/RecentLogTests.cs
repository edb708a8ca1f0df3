using SyncFunctions.Emulator.Recording;

namespace SyncFunctions.Tests.Emulator.Inspection;

/// <summary>The last entries: their bounds, their pages, and many who add at once.</summary>
public sealed class RecentLogTests
{
    [Fact]
    public void Pages_backwards_have_every_entry_once()
    {
        RecentLog<string> log = Filled(25);

        RecentPage<string> first = log.Read(10, null, null, _ => true);
        RecentPage<string> second = log.Read(10, null, first.First, _ => true);
        RecentPage<string> last = log.Read(10, null, second.First, _ => true);

        Ids(first).Should().Equal(Enumerable.Range(16, 10).Reverse().Select(id => (long)id));
        (first.First, first.Last).Should().Be((16, 25));
        Ids(second).Should().Equal(Enumerable.Range(6, 10).Reverse().Select(id => (long)id));
        Ids(last).Should().Equal(5, 4, 3, 2, 1);
        last.First.Should().BeNull("none before it is kept");
    }

    [Fact]
    public void A_reader_that_follows_the_log_misses_no_entry()
    {
        RecentLog<string> log = Filled(25);

        RecentPage<string> first = log.Read(10, 0, null, _ => true);
        RecentPage<string> second = log.Read(10, first.Last, null, _ => true);
        RecentPage<string> last = log.Read(10, second.Last, null, _ => true);
        RecentPage<string> nothing = log.Read(10, last.Last, null, _ => true);

        Ids(first).Should().Equal(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        Ids(second).Should().Equal(20, 19, 18, 17, 16, 15, 14, 13, 12, 11);
        Ids(last).Should().Equal(25, 24, 23, 22, 21);
        nothing.Items.Should().BeEmpty();
        nothing.Last.Should().Be(25);
    }

    [Fact]
    public void Entries_that_do_not_match_are_skipped_once()
    {
        RecentLog<string> log = Filled(25);

        RecentPage<string> back = log.Read(2, null, null, IsOfTen);
        RecentPage<string> forth = log.Read(5, 3, null, IsOfTen);

        Ids(back).Should().Equal(20, 10);
        back.First.Should().Be(10, "those up to here were looked at");
        Ids(forth).Should().Equal(20, 10);
        forth.Last.Should().Be(25, "the rest was looked at, too");

        static bool IsOfTen(string entry) => int.Parse(entry, null) % 10 == 0;
    }

    [Fact]
    public void A_range_has_both_ends_outside()
    {
        RecentLog<string> log = Filled(25);

        Ids(log.Read(100, 5, 9, _ => true)).Should().Equal(8, 7, 6);
        Ids(log.Read(100, 9, 5, _ => true)).Should().BeEmpty();
        Ids(log.Read(100, null, 1, _ => true)).Should().BeEmpty();
        log.Read(100, long.MaxValue, null, _ => true).Last.Should().Be(25, "a reader that followed another log sees that this one has restarted");
        new RecentLog<string>(_ => 1).Read(10, null, null, _ => true).Should().BeEquivalentTo(new { Items = Array.Empty<object>(), First = (long?)null, Last = 0 });
    }

    [Fact]
    public void The_oldest_go_beyond_10000()
    {
        RecentLog<string> log = Filled(RecentLog<string>.MaximumCount + 5);

        RecentPage<string> oldest = log.Read(1, 0, null, _ => true);

        oldest.Items.Should().ContainSingle().Which.Should().Be(new RecentEntry<string>(6, "6"));
        oldest.First.Should().BeNull();
        log.Find(5).Should().BeNull();
        log.Find(6).Should().Be("6");
        log.Find(RecentLog<string>.MaximumCount + 6).Should().BeNull();
    }

    [Fact]
    public void The_oldest_go_beyond_16_MiB()
    {
        RecentLog<string> log = Filled(40, sizeOf: _ => 1024 * 1024);

        Ids(log.Read(100, null, null, _ => true)).Should().Equal(Enumerable.Range(25, 16).Reverse().Select(id => (long)id));

        RecentLog<string> large = Filled(2, sizeOf: _ => int.MaxValue);
        large.Find(2).Should().Be("2", "the newest is always there");
        large.Find(1).Should().BeNull();
    }

    [Fact]
    public async Task Concurrent_additions_get_distinct_ids()
    {
        RecentLog<string> log = new(_ => 1);
        long[][] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
            Enumerable.Range(0, 1000).Select(number => log.Add($"{writer}-{number}")).ToArray())));

        ids.SelectMany(own => own).Order().Should().Equal(Enumerable.Range(1, 8000).Select(id => (long)id));
        ids.Should().OnlyContain(own => own.SequenceEqual(own.Order()));
        log.Read(10_000, null, null, _ => true).Items.Select(entry => entry.Value).Should().OnlyHaveUniqueItems();
    }

    private static RecentLog<string> Filled(int count, Func<string, int>? sizeOf = null)
    {
        RecentLog<string> log = new(sizeOf ?? (_ => 1));
        for (int i = 1; i <= count; i++)
        {
            log.Add($"{i}").Should().Be(i);
        }

        return log;
    }

    private static IEnumerable<long> Ids(RecentPage<string> page) => page.Items.Select(entry => entry.Id);
}
