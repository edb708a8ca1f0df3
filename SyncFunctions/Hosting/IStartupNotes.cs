namespace SyncFunctions.Hosting;

/// <summary>The host's lines in the text that is printed at start.</summary>
internal interface IStartupNotes
{
    /// <summary>Gets the address of the functions, such as <c>http://127.0.0.1:7071/api/</c>.</summary>
    string Address { get; }

    /// <summary>Gets the last lines of the text.</summary>
    IEnumerable<string> Lines { get; }
}
