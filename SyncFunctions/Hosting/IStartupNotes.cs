namespace SyncFunctions.Hosting;

/// <summary>What the host adds to the text that is printed at start.</summary>
internal interface IStartupNotes
{
    /// <summary>Gets where the functions are, such as <c>http://127.0.0.1:7071/api/</c>.</summary>
    string Address { get; }

    /// <summary>Gets the first lines of the text.</summary>
    IEnumerable<string> Lines { get; }
}
