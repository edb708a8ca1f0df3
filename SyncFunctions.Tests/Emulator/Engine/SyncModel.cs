using System.Globalization;

namespace SyncFunctions.Tests.Emulator.Engine;

/// <summary>The operations on Sync's objects.</summary>
internal enum Verb
{
    Create,
    Fetch,
    Update,
    Remove,
    List,
    CreateItem,
    FetchItem,
    UpdateItem,
    RemoveItem,
    ListItems,
    Advance,
    Sweep,
}

/// <summary>One step of a sequence. A verb takes from it what it needs.</summary>
/// <param name="Kind">The path of the collection.</param>
/// <param name="Key">A map item's key; a number, so that it may be a list item's index.</param>
/// <param name="Seconds">How long <see cref="Verb.Advance"/> takes.</param>
/// <param name="Match">What to add to the current revision for <c>If-Match</c>; null for no such header.</param>
internal sealed record Step(
    Verb Verb, string Kind, string Name, int Key, string? Data, int? Ttl, int? CollectionTtl, int? Match, bool Descending, int Seconds)
{
    public bool IsDocument => Kind == "Documents";

    public override string ToString() => Verb switch
    {
        Verb.Advance => $"advance {Seconds} s",
        Verb.Sweep => "sweep",
        Verb.List => $"list {Kind}",
        Verb.ListItems => $"list {Kind}/{Name}/Items {(Descending ? "desc" : "asc")}",
        Verb.Create or Verb.Fetch or Verb.Update or Verb.Remove => $"{Verb} {Kind}/{Name}{Parameters}",
        _ => $"{Verb} {Kind}/{Name}/Items/{Key}{Parameters}",
    };

    private string Parameters =>
        $"{(Data is null ? "" : $" data {Data}")}{(Ttl is null ? "" : $" ttl {Ttl}")}{(CollectionTtl is null ? "" : $" collection {CollectionTtl}")}"
        + (Match is null ? "" : $" if-match current{Match:+0;-0;+0}");
}

/// <summary>The object or item in a response.</summary>
internal sealed record Told(string Id, string? Revision, string? Data, DateTimeOffset? Expires);

/// <summary>The outcome of a step: a status, and an error code or an object.</summary>
internal sealed record Outcome(int Status, int? Code, params Told[] Told)
{
    public override string ToString() => $"{Status} {Code} [{string.Join("; ", Told.AsEnumerable())}]";
}

/// <summary>Sync's rules in their simplest form: a few dictionaries, no storage, no concurrency, no HTTP.</summary>
internal sealed class SyncModel(DateTimeOffset start)
{
    private readonly List<Entity> objects = [];
    private DateTimeOffset now = start;

    /// <summary>How many expired items were swept out of collections that live on.</summary>
    public int ItemsSwept { get; private set; }

    /// <summary>The revision that a step's <c>If-Match</c> requires.</summary>
    public string? IfMatch(Step step)
    {
        if (step.Match is null)
        {
            return null;
        }

        Entity? found = Find(step);
        Item? item = step.Verb is Verb.UpdateItem or Verb.RemoveItem && found is not null ? Live(found, step) : null;
        return Math.Max(0, (item?.Revision ?? found?.Revision ?? 0) + step.Match.Value).ToString(CultureInfo.InvariantCulture);
    }

    public Outcome Apply(Step step)
    {
        string? ifMatch = IfMatch(step);
        switch (step.Verb)
        {
            case Verb.Advance:
                now += TimeSpan.FromSeconds(step.Seconds);
                return new Outcome(0, null);
            case Verb.Sweep:
                Sweep();
                return new Outcome(0, null);
            case Verb.Create:
                return Create(step);
            case Verb.List:
                return new Outcome(200, null, [.. objects.Where(entity => entity.Kind == step.Kind && IsLive(entity.Expires)).Select(Tell)]);
        }

        bool update = step.Verb is Verb.Update or Verb.UpdateItem;
        if (update && step.Ttl is null && (step.Data is null || (step.Verb == Verb.Update && !step.IsDocument)))
        {
            return new Outcome(400, 54010);
        }

        if (Find(step) is not { } found)
        {
            return new Outcome(404, 20404);
        }

        return step.Verb switch
        {
            Verb.Fetch => new Outcome(200, null, Tell(found)),
            Verb.Update or Verb.Remove when step.IsDocument && ifMatch is not null && ifMatch != $"{found.Revision}" => new Outcome(412, 54103),
            Verb.Update => Update(step, found),
            Verb.Remove => Remove(found),
            _ => ApplyToItems(step, found, ifMatch),
        };
    }

    private Outcome ApplyToItems(Step step, Entity parent, string? ifMatch)
    {
        if (step.Verb == Verb.ListItems)
        {
            IEnumerable<Item> items = parent.Items.Values.Where(item => IsLive(item.Expires));
            return new Outcome(200, null, [.. (step.Descending ? items.Reverse() : items).Select(Tell)]);
        }

        if (step.Verb == Verb.CreateItem)
        {
            return CreateItem(step, parent);
        }

        if (Live(parent, step) is not { } item)
        {
            return new Outcome(404, 20404);
        }

        if (step.Verb == Verb.FetchItem)
        {
            return new Outcome(200, null, Tell(item));
        }

        if (ifMatch is not null && ifMatch != $"{item.Revision}")
        {
            return new Outcome(412, step.Kind == "Lists" ? 54155 : 54205);
        }

        if (step.Verb == Verb.RemoveItem)
        {
            parent.LastEvent++;
            parent.Items.Remove(item.Key);
            return new Outcome(204, null);
        }

        if (step.Data is not null)
        {
            item.Revision = ++parent.LastEvent;
            item.Data = step.Data;
        }

        item.Expires = Expiry(item.Expires, step.Ttl);
        parent.Expires = Expiry(parent.Expires, step.CollectionTtl);
        return new Outcome(200, null, Tell(item));
    }

    private Outcome CreateItem(Step step, Entity parent)
    {
        if (step.Kind == "Maps" && parent.Items.TryGetValue(step.Key, out Item? namesake))
        {
            if (IsLive(namesake.Expires))
            {
                return new Outcome(409, 54208);
            }

            // The removal of what has expired is an event, whenever it comes.
            parent.LastEvent++;
            parent.Items.Remove(step.Key);
        }

        long number = ++parent.LastEvent;
        Item item = new()
        {
            Key = step.Kind == "Maps" ? step.Key : number,
            Revision = number,
            Data = step.Data!,
            Expires = Expiry(null, step.Ttl),
        };
        parent.Items.Add(item.Key, item);
        parent.Expires = Expiry(parent.Expires, step.CollectionTtl);
        return new Outcome(201, null, Tell(item));
    }

    private Outcome Create(Step step)
    {
        if (Find(step) is not null)
        {
            return new Outcome(409, 54301);
        }

        objects.RemoveAll(entity => entity.Kind == step.Kind && entity.Name == step.Name);
        Entity created = new()
        {
            Kind = step.Kind,
            Name = step.Name,
            LastEvent = step.IsDocument ? 0 : -1,
            Data = step.IsDocument ? step.Data ?? "{}" : null,
            Expires = Expiry(null, step.Ttl),
        };
        objects.Add(created);
        return new Outcome(201, null, Tell(created));
    }

    private Outcome Update(Step step, Entity found)
    {
        if (step.IsDocument && step.Data is not null)
        {
            found.LastEvent++;
            found.Data = step.Data;
        }

        found.Expires = Expiry(found.Expires, step.Ttl);
        return new Outcome(200, null, Tell(found));
    }

    private Outcome Remove(Entity found)
    {
        objects.Remove(found);
        return new Outcome(204, null);
    }

    private void Sweep()
    {
        objects.RemoveAll(entity => !IsLive(entity.Expires));
        foreach (Entity parent in objects)
        {
            foreach (Item expired in parent.Items.Values.Where(item => !IsLive(item.Expires)).ToList())
            {
                ItemsSwept++;
                parent.LastEvent++;
                parent.Items.Remove(expired.Key);
            }
        }
    }

    private Entity? Find(Step step) =>
        objects.SingleOrDefault(entity => entity.Kind == step.Kind && entity.Name == step.Name && IsLive(entity.Expires));

    private Item? Live(Entity parent, Step step) =>
        parent.Items.TryGetValue(step.Key, out Item? item) && IsLive(item.Expires) ? item : null;

    private bool IsLive(DateTimeOffset? expires) => expires is null || expires > now;

    private DateTimeOffset? Expiry(DateTimeOffset? current, int? ttl) => ttl switch
    {
        null => current,
        0 => null,
        _ => now.AddSeconds(ttl.Value),
    };

    private static Told Tell(Entity entity) => new(entity.Name, $"{entity.Revision}", entity.Data, Whole(entity.Expires));

    private static Told Tell(Item item) => new($"{item.Key}", $"{item.Revision}", item.Data, Whole(item.Expires));

    private static DateTimeOffset? Whole(DateTimeOffset? time) => time?.AddTicks(-(time.Value.Ticks % TimeSpan.TicksPerSecond));

    private sealed class Entity
    {
        public required string Kind { get; init; }

        public required string Name { get; init; }

        public long LastEvent { get; set; }

        public string? Data { get; set; }

        public DateTimeOffset? Expires { get; set; }

        public SortedDictionary<long, Item> Items { get; } = [];

        public long Revision => Data is null ? LastEvent + 1 : LastEvent;
    }

    private sealed class Item
    {
        public long Key { get; init; }

        public long Revision { get; set; }

        public required string Data { get; set; }

        public DateTimeOffset? Expires { get; set; }
    }
}
