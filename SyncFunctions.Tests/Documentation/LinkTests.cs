using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Documentation;

/// <summary>The links in the documentation lead to existing pages.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. MarkdownPage.FindAll()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_into_the_project_leads_to_a_file_and_a_heading(string path)
    {
        MarkdownPage page = MarkdownPage.Read(path);
        string folder = Path.GetDirectoryName(path) ?? "";
        foreach (string link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? path : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, folder, parts[0]));

            File.Exists(Path.Combine(Repository.Root, target)).Should().BeTrue("{0} is linked to", link);
            if (parts.Length > 1)
            {
                MarkdownPage.Read(target).Anchors.Should().Contain(Uri.UnescapeDataString(parts[1]), "{0} is linked to", link);
            }
        }
    }
}
