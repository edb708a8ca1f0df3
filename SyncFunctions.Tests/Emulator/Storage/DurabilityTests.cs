using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>Acknowledged writes survive, whatever happens to the process.</summary>
public sealed class DurabilityTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 20;

    private readonly TemporaryFolder folder = new();

    private string DataFile => folder.File("sync.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_written_when_the_process_is_killed()
    {
        List<Writer> writers = [new DocumentWriter("d1"), new DocumentWriter("d2"), new MapWriter("m1"), new MapWriter("m2")];
        ListWriter.Journal journal = new();
        writers.AddRange(Enumerable.Range(1, 4).Select(id => new ListWriter(id, journal)));

        for (int round = 0; round < Kills; round++)
        {
            using EmulatorProcess emulator = await EmulatorProcess.StartAsync(DataFile);
            await Task.WhenAll(writers.Select(writer => writer.RecoverAsync(emulator.Http)));
            await journal.CheckAsync(emulator.Http);

            TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task writing = Task.WhenAll(writers.Select(writer => Task.Run(() => writer.WriteAsync(emulator.Http, begun))));
            await Task.WhenAny(begun.Task, writing);
            await Task.Delay(Random.Shared.Next(200));
            await emulator.KillAsync();
            await writing;
        }

        using (EmulatorProcess emulator = await EmulatorProcess.StartAsync(DataFile))
        {
            await Task.WhenAll(writers.Select(writer => writer.RecoverAsync(emulator.Http)));
            await journal.CheckAsync(emulator.Http);
            await emulator.KillAsync();
        }

        writers.ForEach(writer => output.WriteLine($"{writer}: {writer.Acknowledged} acknowledged"));
        writers.Sum(writer => writer.Acknowledged).Should().BeGreaterThanOrEqualTo(Kills);
        DataFileReader file = new(DataFile);
        file.Query("PRAGMA integrity_check").Should().Be("ok");
        file.Count("items", "event_id > (SELECT last_event_id FROM objects WHERE objects.id = object_id)").Should().Be(0);
        file.Count("(SELECT 1 FROM events WHERE kind <> 3 GROUP BY object_id, event_id, change HAVING count(*) > 1)").Should().Be(0);
    }

    [Fact]
    public async Task A_restart_keeps_data_revisions_and_the_next_index()
    {
        string list;
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile))
        {
            await emulator.FormAsync("Documents", ("UniqueName", "d"), ("Data", "{}"));
            await emulator.FormAsync("Documents/d", ("Data", """{"a":1}"""), ("Ttl", "1000"));
            await emulator.FormAsync("Documents/d/Permissions/me", ("Read", "true"));
            list = $"Lists/{(await emulator.FormAsync("Lists")).Sid}";
            await emulator.FormAsync($"{list}/Items", ("Data", "{}"));
            await emulator.FormAsync($"{list}/Items", ("Data", "{}"));
            await emulator.FormAsync($"{list}/Items/0", ("Data", """{"a":1}"""));
            await emulator.DeleteAsync($"{list}/Items/1");
            await emulator.FormAsync("Maps", ("UniqueName", "m"));
            await emulator.FormAsync("Maps/m/Items", ("Key", "k"), ("Data", """{"a":1}"""));
        }

        File.Exists(DataFile + "-wal").Should().BeFalse("the file is whole once the emulator has stopped");
        await using (TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile))
        {
            SyncAnswer document = await emulator.GetAsync("Documents/d");
            (document.Revision, document.Data).Should().Be(("1", """{"a":1}"""));
            document.Date("date_expires").Should().NotBeNull();
            (await emulator.GetAsync("Documents/d/Permissions/me")).Body.GetProperty("read").GetBoolean().Should().BeTrue();
            SyncAnswer item = await emulator.GetAsync($"{list}/Items/0");
            (item.Revision, item.Data).Should().Be(("2", """{"a":1}"""));
            (await emulator.FormAsync($"{list}/Items", ("Data", "{}"))).Index.Should().Be(4);
            (await emulator.FormAsync("Maps/m/Items", ("Key", "k"), ("Data", "{}"))).ShouldBe(409, 54208);
            (await emulator.CallAsync(HttpMethod.Post, "Maps/m/Items/k", "0", ("Data", "{}"))).Revision.Should().Be("1");
            (await emulator.FormAsync("Documents", ("UniqueName", "d"))).ShouldBe(409, 54301);
        }
    }

    [Fact]
    public async Task Expired_objects_stay_removed_after_a_restart()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using (TestEmulator emulator = await TestEmulator.StartAsync(time, DataFile))
        {
            await emulator.FormAsync("Documents", ("UniqueName", "d"), ("Ttl", "10"));
            await emulator.FormAsync("Lists", ("UniqueName", "l"));
            await emulator.FormAsync("Lists/l/Items", ("Data", "{}"), ("ItemTtl", "10"));
            await emulator.FormAsync("Lists", ("UniqueName", "removed"));
            await emulator.FormAsync("Lists/removed/Items", ("Data", "{}"));
            await emulator.DeleteAsync("Lists/removed");
        }

        time.Advance(TimeSpan.FromSeconds(10));
        await using (TestEmulator emulator = await TestEmulator.StartAsync(time, DataFile))
        {
            (await emulator.GetAsync("Documents/d")).ShouldBe(404, 20404);
            (await emulator.GetAsync("Lists/l/Items/0")).ShouldBe(404, 20404);
            DataFileReader file = new(DataFile);
            (file.Count("objects"), file.Count("items")).Should().Be((2, 2), "nothing was swept so far");

            time.Advance(TimeSpan.FromSeconds(1));
            await file.UntilSweptAsync(time);
            (file.Count("objects"), file.Count("items")).Should().Be((1, 0));
        }

        await using (TestEmulator emulator = await TestEmulator.StartAsync(time, DataFile))
        {
            (await emulator.GetAsync("Documents")).Ids.Should().BeEmpty();
            (await emulator.FormAsync("Lists/l/Items", ("Data", "{}"))).Index.Should().Be(2);
        }
    }

    /// <summary>A client that makes changes repeatedly, and knows which must exist after the emulator was killed.</summary>
    private abstract class Writer
    {
        public int Acknowledged { get; protected set; }

        /// <summary>Checks the emulator's data, and continues from there.</summary>
        public abstract Task RecoverAsync(HttpClient http);

        /// <summary>Writes until the emulator has ended.</summary>
        /// <param name="begun">Completed by the first acknowledgement.</param>
        public async Task WriteAsync(HttpClient http, TaskCompletionSource begun)
        {
            try
            {
                while (true)
                {
                    await WriteOneAsync(http);
                    Acknowledged++;
                    begun.TrySetResult();
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // Killed: the last write may have been applied or not.
            }
        }

        protected abstract Task WriteOneAsync(HttpClient http);

        protected static async Task<SyncAnswer> PostAsync(HttpClient http, string path, params (string Name, string Value)[] form)
        {
            using FormUrlEncodedContent content = new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
            return await SyncAnswer.ReadAsync(await http.PostAsync(new Uri(path, UriKind.Relative), content));
        }

        protected static async Task<SyncAnswer> GetAsync(HttpClient http, string path) =>
            await SyncAnswer.ReadAsync(await http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));

        /// <summary>Long enough to take several pages of the file.</summary>
        protected static string Data(int writer, long number) => $$"""{"writer":{{writer}},"n":{{number}},"fill":"{{new string('x', 6_000)}}"}""";

        protected static void ShouldBeWhole(SyncAnswer answer, out long number)
        {
            number = answer.Body.GetProperty("data").GetProperty("n").GetInt64();
            answer.Data.Should().Be(Data(0, number));
        }
    }

    /// <summary>A document whose revisions count its data's <c>n</c>.</summary>
    private sealed class DocumentWriter(string name) : Writer
    {
        private long acknowledged = -1;
        private long next;

        public override string ToString() => $"document {name}";

        public override async Task RecoverAsync(HttpClient http)
        {
            SyncAnswer document = await GetAsync(http, $"Documents/{name}");
            if (document.Status == 404)
            {
                acknowledged.Should().Be(-1);
                return;
            }

            ShouldBeWhole(document, out long number);
            document.Revision.Should().Be($"{number}", "data and revision belong together");
            number.Should().BeInRange(acknowledged, next);
            acknowledged = number;
            next = number + 1;
        }

        protected override async Task WriteOneAsync(HttpClient http)
        {
            SyncAnswer answer = acknowledged < 0
                ? await PostAsync(http, "Documents", ("UniqueName", name), ("Data", Data(0, next)))
                : await PostAsync(http, $"Documents/{name}", ("Data", Data(0, next)));
            answer.ShouldBe(acknowledged < 0 ? 201 : 200);
            answer.Revision.Should().Be($"{next}");
            acknowledged = next++;
        }
    }

    /// <summary>An item of a map that two of these share.</summary>
    private sealed class MapWriter(string key) : Writer
    {
        private long acknowledged = -1;
        private long revision = -1;
        private long next;

        public override string ToString() => $"map item {key}";

        public override async Task RecoverAsync(HttpClient http)
        {
            (await PostAsync(http, "Maps", ("UniqueName", "map"))).Status.Should().BeOneOf(201, 409);
            SyncAnswer item = await GetAsync(http, $"Maps/map/Items/{key}");
            if (item.Status == 404)
            {
                acknowledged.Should().Be(-1);
                return;
            }

            ShouldBeWhole(item, out long number);
            number.Should().BeInRange(acknowledged, next);
            long found = long.Parse(item.Revision, null);
            (found > revision).Should().Be(number > acknowledged, "the revision changes with the data and only then");
            (acknowledged, revision, next) = (number, found, number + 1);
        }

        protected override async Task WriteOneAsync(HttpClient http)
        {
            SyncAnswer answer = acknowledged < 0
                ? await PostAsync(http, "Maps/map/Items", ("Key", key), ("Data", Data(0, next)))
                : await PostAsync(http, $"Maps/map/Items/{key}", ("Data", Data(0, next)));
            answer.ShouldBe(acknowledged < 0 ? 201 : 200);
            long found = long.Parse(answer.Revision, null);
            found.Should().BeGreaterThan(revision);
            (acknowledged, revision) = (next++, found);
        }
    }

    /// <summary>Adds to a list that all of these share.</summary>
    private sealed class ListWriter(int id, ListWriter.Journal journal) : Writer
    {
        private long next;

        public override string ToString() => $"list writer {id}";

        public override async Task RecoverAsync(HttpClient http) =>
            (await PostAsync(http, "Lists", ("UniqueName", "list"))).Status.Should().BeOneOf(201, 409);

        protected override async Task WriteOneAsync(HttpClient http)
        {
            string data = Data(id, next++);
            journal.Begin(data);
            SyncAnswer item = await PostAsync(http, "Lists/list/Items", ("Data", data));
            item.ShouldBe(201);
            journal.Acknowledge(item.Index, data);
        }

        /// <summary>What was sent to the list, and under which index it was acknowledged.</summary>
        public sealed class Journal
        {
            private readonly Dictionary<long, string> acknowledged = [];
            private readonly HashSet<string> open = [];

            public void Begin(string data)
            {
                lock (open)
                {
                    open.Add(data);
                }
            }

            public void Acknowledge(long index, string data)
            {
                lock (open)
                {
                    open.Remove(data);
                    acknowledged.Add(index, data);
                }
            }

            public async Task CheckAsync(HttpClient http)
            {
                Dictionary<long, string> stored = [];
                for (string? url = "Lists/list/Items?PageSize=100"; url is not null;)
                {
                    SyncAnswer page = await GetAsync(http, url);
                    foreach (JsonElement item in page.Body.GetProperty("items").EnumerateArray())
                    {
                        // Refuses an index that comes twice.
                        stored.Add(item.GetProperty("index").GetInt64(), item.GetProperty("data").GetRawText());
                        item.GetProperty("revision").GetString().Should().Be(item.GetProperty("index").ToString());
                    }

                    url = page.Next;
                }

                stored.Keys.Should().Equal(Enumerable.Range(0, stored.Count).Select(index => (long)index));
                foreach ((long index, string data) in stored)
                {
                    if (acknowledged.TryGetValue(index, out string? expected))
                    {
                        data.Should().Be(expected);
                    }
                    else
                    {
                        // Applied, but the process ended before the acknowledgement.
                        open.Remove(data).Should().BeTrue("what is stored was sent, and once");
                        acknowledged.Add(index, data);
                    }
                }

                stored.Should().HaveCount(acknowledged.Count, "all that was acknowledged is there");
                open.Clear();
            }
        }
    }
}
