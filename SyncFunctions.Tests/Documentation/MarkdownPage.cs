using System.Text.RegularExpressions;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>A page of the documentation, as it stands in the source tree.</summary>
internal sealed partial class MarkdownPage
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules"];

    private MarkdownPage(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
    }

    /// <summary>Gets its path from the solution's folder, with slashes.</summary>
    public string Path { get; }

    /// <summary>Gets its text, with <c>\n</c> at the ends of lines.</summary>
    public string Text { get; }

    /// <summary>Gets the targets of its links and pictures, but for those in code.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(Prose, "")).Select(link => link.Groups["target"].Value);

    /// <summary>Gets the anchors of its headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            HashSet<string> anchors = [];
            foreach (Match heading in Heading().Matches(Prose))
            {
                string text = LinkText().Replace(heading.Groups["text"].Value, "$1");
                string anchor = NotInAnchors().Replace(text.ToLowerInvariant(), "").Replace(' ', '-');
                for (int repetition = 0; !anchors.Add(repetition == 0 ? anchor : $"{anchor}-{repetition}"); repetition++)
                {
                }
            }

            return anchors;
        }
    }

    private string Prose => Fence().Replace(Text, "");

    /// <summary>Reads a page.</summary>
    /// <param name="path">Its path from the solution's folder.</param>
    public static MarkdownPage Read(string path) => new(path);

    /// <summary>Finds every page of the project.</summary>
    public static IEnumerable<string> FindAll() => Find(Repository.Root)
        .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Find(string folder) =>
    [
        .. Directory.GetFiles(folder, "*.md"),
        .. Directory.GetDirectories(folder)
            .Where(inner => System.IO.Path.GetFileName(inner) is var name && name[0] != '.' && !Generated.Contains(name))
            .SelectMany(Find),
    ];

    [GeneratedRegex("^(?<fence>`{3,}).*?^\\k<fence>`*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^#{1,6} (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{M}\p{N}\p{Pc} -]")]
    private static partial Regex NotInAnchors();
}
