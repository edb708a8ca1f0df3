using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>The page on which people view and edit the data in Sync.</summary>
public interface IExplorer
{
    /// <summary>Returns the page, or one of its files.</summary>
    /// <param name="path">The file's path; empty for the page itself.</param>
    /// <returns>The response; <see langword="null"/> if the page is turned off.</returns>
    IResult? Answer(string path);
}
