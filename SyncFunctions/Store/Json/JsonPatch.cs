using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store.Json;

/// <summary>
/// A JSON Patch (<see href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</see>): operations on an object, one after the other, of which all are
/// applied or none. Text that none of them touches stays byte for byte.
/// </summary>
internal sealed class JsonPatch
{
    /// <summary>The maximum number of operations in a patch.</summary>
    public const int MaximumOperations = 1000;

    // Copies of copies double the text with each operation.
    private const int MaximumIntermediateSize = 4 * JsonObjectText.MaximumDataSize;

    private readonly string parameter;
    private readonly Operation[] operations;

    private JsonPatch(string parameter, Operation[] operations) => (this.parameter, this.operations) = (parameter, operations);

    /// <summary>Reads a patch.</summary>
    /// <param name="parameter">The parameter that has it; errors name the operation with it: <c>patch[2].path</c>.</param>
    /// <exception cref="ParameterException">It is not an array of operations of RFC 6902.</exception>
    public static JsonPatch Read(string parameter, JsonElement patch)
    {
        if (patch.GetArrayLength() > MaximumOperations)
        {
            throw new ParameterException(parameter, $"must not have more than {MaximumOperations} operations.");
        }

        return new JsonPatch(parameter, [.. patch.EnumerateArray().Select((operation, index) => Operation.Read($"{parameter}[{index}]", operation))]);
    }

    /// <summary>Applies the patch.</summary>
    /// <returns>The patched object's text.</returns>
    /// <exception cref="ParameterException">
    /// An operation's path does not exist, or the result is not an object (400); a <c>test</c> failed (409); the text becomes much too large (413).
    /// </exception>
    public string Apply(JsonText data)
    {
        JsonSplice text = new(data);
        foreach (Operation operation in operations)
        {
            operation.Apply(text);
            if (text.Size > MaximumIntermediateSize)
            {
                throw JsonObjectText.TooLarge(parameter, JsonObjectText.MaximumDataSize);
            }
        }

        return text.GetRawText();
    }

    /// <summary>One operation.</summary>
    /// <param name="Name">Its name in errors.</param>
    /// <param name="Value">The JSON text of the value, for operations that have one.</param>
    /// <param name="From">The place of the value to move or copy, for operations that have one.</param>
    private sealed record Operation(string Name, string Kind, JsonPointer Path, string Value, JsonPointer From)
    {
        private static readonly JsonPointer Nowhere = JsonPointer.Parse("")!;

        public static Operation Read(string name, JsonElement operation)
        {
            if (operation.ValueKind != JsonValueKind.Object)
            {
                throw new ParameterException(name, "must be an object with op and path.");
            }

            string kind = Text(name, operation, "op");
            JsonPointer path = Pointer(name, operation, "path");
            return kind switch
            {
                "add" or "replace" when path.IsWhole && ReadValue(name, operation).ValueKind != JsonValueKind.Object =>
                    throw new ParameterException($"{name}.value", "must be an object if path is the whole: data always is one."),
                "add" or "replace" or "test" => new Operation(name, kind, path, ReadValue(name, operation).GetRawText(), Nowhere),
                "remove" when path.IsWhole => throw new ParameterException($"{name}.path", "must not be the whole: data is always an object."),
                "remove" => new Operation(name, kind, path, "", Nowhere),
                "move" or "copy" => Transfer(name, kind, path, Pointer(name, operation, "from")),
                _ => throw new ParameterException($"{name}.op", "must be add, remove, replace, move, copy or test."),
            };
        }

        public void Apply(JsonSplice text)
        {
            switch (Kind)
            {
                case "add":
                    Require(text.Add(Path, Value), "path");
                    break;
                case "remove":
                    Require(text.Remove(Path), "path");
                    break;
                case "replace":
                    Require(text.Replace(Path, Value), "path");
                    break;
                case "test":
                    Test(text.Find(Path));
                    break;
                default:
                    Transfer(text);
                    break;
            }
        }

        private static Operation Transfer(string name, string kind, JsonPointer path, JsonPointer from) => kind == "move" && from.IsOnTheWayTo(path)
            ? throw new ParameterException($"{name}.from", "must not be above path: nothing can be moved into itself.")
            : new Operation(name, kind, path, "", from);

        private void Transfer(JsonSplice text)
        {
            if (text.Find(From) is not { } found)
            {
                throw Leads("from");
            }

            string value = found.GetRawText();
            if (Path.IsWhole && value is not ['{', ..])
            {
                throw new ParameterException($"{Name}.path", "must not be the whole if from leads to no object: data always is one.");
            }

            // A move to its own place changes nothing, not even repeated members.
            if (Kind == "move" && From.Members.SequenceEqual(Path.Members))
            {
                return;
            }

            if (Kind == "move")
            {
                text.Remove(From);
            }

            Require(text.Add(Path, value), "path");
        }

        private void Test(JsonText? found)
        {
            if (found is not { } current)
            {
                throw new ParameterException(Name, "is a test that failed: its path leads to nothing.", 409);
            }

            if (!JsonEquality.AreEqual(current, new JsonText(Value)))
            {
                throw new ParameterException(Name, "is a test that failed: its path leads to another value.", 409);
            }
        }

        private void Require(bool isDone, string member)
        {
            if (!isDone)
            {
                throw Leads(member);
            }
        }

        private ParameterException Leads(string member) =>
            new($"{Name}.{member}", "leads to nothing in the data as the operations before it have left it.");

        private static JsonElement ReadValue(string name, JsonElement operation) =>
            operation.TryGetProperty("value", out JsonElement value) ? value : throw new ParameterException($"{name}.value", "is required.");

        private static JsonPointer Pointer(string name, JsonElement operation, string member) =>
            JsonPointer.Parse(Text(name, operation, member)) is { Members.Count: <= JsonObjectText.MaximumDepth } pointer
                ? pointer
                : throw new ParameterException(
                    $"{name}.{member}", $"must be a JSON pointer (RFC 6901) such as /calls/0, of at most {JsonObjectText.MaximumDepth} members.");

        private static string Text(string name, JsonElement operation, string member) => operation.TryGetProperty(member, out JsonElement text)
            ? text.ValueKind == JsonValueKind.String ? text.GetString()! : throw new ParameterException($"{name}.{member}", "must be a string.")
            : throw new ParameterException($"{name}.{member}", "is required.");
    }
}
