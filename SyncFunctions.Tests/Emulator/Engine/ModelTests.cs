using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

using FsCheck;
using FsCheck.Fluent;

using Microsoft.Extensions.Time.Testing;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Engine;

/// <summary>The emulator gives the same responses as <see cref="SyncModel"/>, for random sequences of operations.</summary>
public sealed class ModelTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Runs = 60;
    private const int Steps = 40;

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 31, 23, 59, 58, 250, TimeSpan.Zero));
    private readonly ConcurrentDictionary<string, int> met = new();
    private TestEmulator emulator = null!;

    public async ValueTask InitializeAsync() => emulator = await TestEmulator.StartAsync(time);

    public ValueTask DisposeAsync() => emulator.DisposeAsync();

    /// <remarks>A failure shows the shortest sequence that was found, and the seed with which <c>Config.WithReplay</c> repeats it.</remarks>
    [Fact]
    public async Task The_emulator_answers_as_the_model()
    {
        Property property = Prop.ForAll(Arb.From(Sequences, Shrink), steps => RunAsync(steps).GetAwaiter().GetResult());
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), property));

        foreach ((string outcome, int count) in met.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{outcome}: {count}");
        }

        met.Keys.Should().Contain(
            [
                "Create 201", "Create 409", "Fetch 200", "Fetch 404", "Update 200", "Update 400", "Update 404", "Update 412", "Remove 204",
                "CreateItem 201", "CreateItem 404", "CreateItem 409", "FetchItem 200", "UpdateItem 200", "UpdateItem 412", "RemoveItem 204",
            ],
            "the sequences should lead everywhere");
        met["Items swept"].Should().BePositive();
    }

    // Few names and short times, so that steps affect the same objects.
    private static Gen<Step[]> Sequences
    {
        get
        {
            Gen<Verb> verbs = Gen.Frequency(
                (5, Gen.Constant(Verb.Create)),
                (2, Gen.Constant(Verb.Fetch)),
                (6, Gen.Constant(Verb.Update)),
                (1, Gen.Constant(Verb.Remove)),
                (1, Gen.Constant(Verb.List)),
                (10, Gen.Constant(Verb.CreateItem)),
                (4, Gen.Constant(Verb.FetchItem)),
                (10, Gen.Constant(Verb.UpdateItem)),
                (2, Gen.Constant(Verb.RemoveItem)),
                (3, Gen.Constant(Verb.ListItems)),
                (4, Gen.Constant(Verb.Advance)),
                (4, Gen.Constant(Verb.Sweep)));
            Gen<int?> ttls = Gen.Frequency((6, Gen.Constant((int?)null)), (1, Gen.Constant((int?)0)), (4, Gen.Elements<int?>(5, 10)));
            Gen<int?> collectionTtls = Gen.Frequency((12, Gen.Constant((int?)null)), (1, Gen.Elements<int?>(0, 10, 20)));
            Gen<string?> data = Gen.Frequency(
                (4, Gen.Choose(0, 99).Select(number => (string?)$$"""{"n":{{number}}}""")), (1, Gen.Constant((string?)null)));
            Gen<int?> matches = Gen.Elements<int?>(null, null, 0, 0, -1, 1);
            Gen<Step> steps =
                from verb in verbs
                from kind in IsOfItems(verb) ? Gen.Elements("Lists", "Maps") : Gen.Elements("Documents", "Documents", "Lists", "Maps")
                from name in Gen.Frequency((4, Gen.Constant("a")), (1, Gen.Constant("b")))
                from key in Gen.Choose(0, 2)
                from content in data
                from ttl in IsOfItems(verb) ? ttls : collectionTtls
                from collectionTtl in collectionTtls
                from match in matches
                from backwards in Gen.Elements(true, false)
                from seconds in Gen.Elements(1, 5, 5, 10)
                select new Step(
                    verb, kind, name, key, verb == Verb.CreateItem ? content ?? "{}" : content, ttl, collectionTtl, match, backwards, seconds);
            Step[] creates =
            [
                .. from kind in (string[])["Documents", "Lists", "Maps"]
                   select new Step(Verb.Create, kind, "a", 0, null, null, null, null, false, 0),
            ];
            return Gen.ArrayOf(steps, Steps).Select(random => (Step[])[.. creates, .. random]);
        }
    }

    private static bool IsOfItems(Verb verb) =>
        verb is Verb.CreateItem or Verb.FetchItem or Verb.UpdateItem or Verb.RemoveItem or Verb.ListItems;

    // Leaves out ever smaller parts.
    private static IEnumerable<Step[]> Shrink(Step[] steps)
    {
        for (int part = steps.Length / 2; part > 0; part /= 2)
        {
            for (int start = 0; start + part <= steps.Length; start += part)
            {
                yield return [.. steps[..start], .. steps[(start + part)..]];
            }
        }
    }

    private async Task RunAsync(Step[] steps)
    {
        SyncAnswer service = await emulator.FormAsync("/v1/Services");
        string path = $"/v1/Services/{service.Sid}";
        SyncModel model = new(time.GetUtcNow());
        foreach (Step step in steps)
        {
            string? ifMatch = model.IfMatch(step);
            Outcome expected = model.Apply(step);
            Outcome actual = await ApplyAsync(path, step, ifMatch);
            if (expected.ToString() != actual.ToString())
            {
                throw new InvalidOperationException(
                    $"{step}: {actual} instead of {expected}, at the end of:\n{string.Join('\n', steps.TakeWhile(other => !ReferenceEquals(other, step)))}");
            }

            met.AddOrUpdate($"{step.Verb} {actual.Status}", 1, (_, count) => count + 1);
        }

        met.AddOrUpdate("Items swept", model.ItemsSwept, (_, count) => count + model.ItemsSwept);
        await emulator.DeleteAsync(path);
    }

    private async Task<Outcome> ApplyAsync(string service, Step step, string? ifMatch)
    {
        string collection = $"{service}/{step.Kind}";
        string instance = $"{collection}/{step.Name}";
        string item = $"{instance}/Items/{step.Key}";
        switch (step.Verb)
        {
            case Verb.Advance:
                // The sweeper has a step of its own.
                time.AdjustTime(time.GetUtcNow().AddSeconds(step.Seconds));
                return new Outcome(0, null);
            case Verb.Sweep:
                await emulator.Server.SweepAsync();
                return new Outcome(0, null);
            case Verb.List:
                return Read(await emulator.GetAsync(collection));
            case Verb.ListItems:
                return Read(await emulator.GetAsync($"{instance}/Items?Order={(step.Descending ? "desc" : "asc")}"));
            case Verb.Create:
                return Read(await emulator.FormAsync(collection, [("UniqueName", step.Name), .. Data(step), .. Ttl("Ttl", step.Ttl)]));
            case Verb.Fetch:
                return Read(await emulator.GetAsync(instance));
            case Verb.Update:
                return Read(await emulator.CallAsync(HttpMethod.Post, instance, ifMatch, [.. Data(step), .. Ttl("Ttl", step.Ttl)]));
            case Verb.Remove:
                return Read(await emulator.DeleteAsync(instance, ifMatch));
            case Verb.CreateItem:
                return Read(await emulator.FormAsync($"{instance}/Items", [("Key", $"{step.Key}"), .. ItemParameters(step)]));
            case Verb.FetchItem:
                return Read(await emulator.GetAsync(item));
            case Verb.UpdateItem:
                return Read(await emulator.CallAsync(HttpMethod.Post, item, ifMatch, [.. ItemParameters(step)]));
            default:
                return Read(await emulator.DeleteAsync(item, ifMatch));
        }
    }

    private static IEnumerable<(string Name, string Value)> ItemParameters(Step step) =>
        [.. Data(step), .. Ttl("ItemTtl", step.Ttl), .. Ttl("CollectionTtl", step.CollectionTtl)];

    private static IEnumerable<(string Name, string Value)> Data(Step step) => step.Data is null ? [] : [("Data", step.Data)];

    private static IEnumerable<(string Name, string Value)> Ttl(string name, int? ttl) =>
        ttl is null ? [] : [(name, ttl.Value.ToString(CultureInfo.InvariantCulture))];

    private static Outcome Read(SyncAnswer answer)
    {
        if (answer.Code is not null || answer.Body.ValueKind == JsonValueKind.Undefined)
        {
            return new Outcome(answer.Status, answer.Code);
        }

        IEnumerable<JsonElement> told = answer.Body.TryGetProperty("meta", out JsonElement meta)
            ? answer.Body.GetProperty(meta.GetProperty("key").GetString()!).EnumerateArray()
            : [answer.Body];
        return new Outcome(answer.Status, null, [.. told.Select(Tell)]);
    }

    private static Told Tell(JsonElement resource)
    {
        SyncAnswer one = new(200, resource, null);
        string id = resource.TryGetProperty("unique_name", out JsonElement name) ? name.GetString()!
            : (resource.TryGetProperty("key", out JsonElement key) ? key : resource.GetProperty("index")).ToString();
        return new Told(id, one.Revision, resource.TryGetProperty("data", out JsonElement data) ? data.GetRawText() : null, one.Date("date_expires"));
    }
}
