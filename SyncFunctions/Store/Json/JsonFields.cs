using System.Text;
using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>A value that was found in a JSON text.</summary>
/// <param name="Kind">The type of its first token, or <see cref="JsonTokenType.None"/> if there is no such value.</param>
/// <param name="Start">The position of its first byte.</param>
/// <param name="End">The position after its last byte.</param>
internal readonly record struct FoundValue(JsonTokenType Kind, int Start, int End)
{
    /// <summary>Gets whether there is such a value.</summary>
    public bool IsThere => Kind != JsonTokenType.None;

    /// <summary>Gets its text, unchanged.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> utf8) => utf8[Start..End];
}

/// <summary>
/// Finds values in JSON by their paths, all of them in one pass over the text, without building a tree. If an object has several members with one name, the
/// last one counts. A number in a path leads to an array's element.
/// </summary>
internal sealed class JsonFields
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonText.MaximumDepth };

    private readonly Node root = new("");

    /// <summary>Gets the number of values to find.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a value to find.</summary>
    /// <returns>Its index among the values that are found; the same path has the same index.</returns>
    public int Add(JsonPointer way)
    {
        Node node = root;
        foreach (string name in way.Members)
        {
            node = node.Child(name);
        }

        return node.Place ??= Count++;
    }

    /// <summary>Finds the values.</summary>
    /// <param name="utf8">Valid JSON.</param>
    /// <returns>The values, each at its index.</returns>
    public FoundValue[] Find(ReadOnlySpan<byte> utf8)
    {
        FoundValue[] found = new FoundValue[Count];
        Utf8JsonReader reader = new(utf8, Options);
        reader.Read();
        Find(ref reader, root, found);
        return found;
    }

    // From a value's first token to its last.
    private static void Find(ref Utf8JsonReader reader, Node node, FoundValue[] found)
    {
        JsonTokenType kind = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        if (node.Children.Count > 0 && kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Node? child = node.Children.Find(ref reader);
                reader.Read();
                Enter(ref reader, child, found);
            }
        }
        else if (node.Children.Count > 0 && kind == JsonTokenType.StartArray)
        {
            for (int index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                Enter(ref reader, node.Children.Find(candidate => candidate.Index == index), found);
            }
        }

        // If the value was read in full, the reader is at its last token, and there is nothing left to skip.
        reader.Skip();
        if (node.Place is { } place)
        {
            found[place] = new FoundValue(kind, start, (int)reader.BytesConsumed);
        }
    }

    private static void Enter(ref Utf8JsonReader reader, Node? child, FoundValue[] found)
    {
        if (child is null)
        {
            reader.Skip();
            return;
        }

        child.Forget(found);
        Find(ref reader, child, found);
    }

    /// <summary>A name in a path, with the names that follow it.</summary>
    private sealed class Node(string name)
    {
        private readonly byte[] utf8 = Encoding.UTF8.GetBytes(name);

        public string Name => name;

        public int? Index { get; } = JsonPointer.Index(name);

        public int? Place { get; set; }

        public Nodes Children { get; } = new();

        public Node Child(string wanted) => Children.Find(candidate => candidate.Name == wanted) ?? Children.Add(new Node(wanted));

        public bool IsNamed(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.ValueTextEquals(utf8);
            }
            catch (InvalidOperationException)
            {
                // A name with an unpaired surrogate matches nothing: no caller can pass it.
                return false;
            }
        }

        // An earlier member of the same name does not count.
        public void Forget(FoundValue[] found)
        {
            if (Place is { } place)
            {
                found[place] = default;
            }

            foreach (Node child in Children.All)
            {
                child.Forget(found);
            }
        }
    }

    private sealed class Nodes
    {
        private readonly List<Node> nodes = [];

        public IReadOnlyList<Node> All => nodes;

        public int Count => nodes.Count;

        public Node Add(Node node)
        {
            nodes.Add(node);
            return node;
        }

        public Node? Find(Predicate<Node> isWanted) => nodes.Find(isWanted);

        public Node? Find(ref Utf8JsonReader reader)
        {
            foreach (Node node in nodes)
            {
                if (node.IsNamed(ref reader))
                {
                    return node;
                }
            }

            return null;
        }
    }
}
