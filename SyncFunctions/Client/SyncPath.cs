using System.Diagnostics.CodeAnalysis;

namespace SyncFunctions.Client;

/// <summary>Paths of the REST API.</summary>
internal static class SyncPath
{
    /// <summary>Joins segments, each escaped as a whole: a slash in a name is part of the name.</summary>
    /// <remarks>
    /// <c>.</c> and <c>..</c> cannot be escaped, because every URL parser resolves them, and they would lead to another resource. Callers must refuse
    /// them.
    /// </remarks>
    public static string Of(params ReadOnlySpan<string> segments)
    {
        string path = "/v1";
        foreach (string segment in segments)
        {
            path += "/" + Segment(segment);
        }

        return path;
    }

    /// <summary>Escapes one segment.</summary>
    public static string Segment(string text) => IsSegment(text)
        ? Uri.EscapeDataString(text)
        : throw new ArgumentException("A path segment cannot be empty, . or ..", nameof(text));

    /// <summary>Tells whether a text can be a segment.</summary>
    public static bool IsSegment([NotNullWhen(true)] string? text) => text is not (null or "" or "." or "..");
}
