namespace SyncFunctions.Hosting;

/// <summary>What the host that the app runs in adds to the text at start.</summary>
internal interface IStartupNotes
{
    /// <summary>Gets where the functions are, such as <c>http://127.0.0.1:7071/api/</c>.</summary>
    string Address { get; }

    /// <summary>Gets the lines that come last.</summary>
    IEnumerable<string> Lines { get; }
}
