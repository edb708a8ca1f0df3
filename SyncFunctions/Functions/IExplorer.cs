using Microsoft.AspNetCore.Http;

namespace SyncFunctions.Functions;

/// <summary>The page by which people see and edit what is in Sync.</summary>
public interface IExplorer
{
    /// <summary>Answers with the page, or with one of its files.</summary>
    /// <param name="path">The file's path; empty for the page itself.</param>
    /// <returns>The answer; <see langword="null"/> if the page is turned off.</returns>
    IResult? Answer(string path);
}
