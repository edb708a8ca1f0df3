using System.Text.Json;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>
/// Reads the <c>Values</c> of local.settings.json as Core Tools does: each is an environment variable, unless there is one of that name.
/// </summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    /// <summary>Adds the file's values below everything else; does nothing where there is no file.</summary>
    /// <exception cref="StartupException">The file is not valid, or is encrypted.</exception>
    public static void AddLocalSettings(this IConfigurationManager configuration, string path)
    {
        if (File.Exists(path))
        {
            configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Read(path) });
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Read(string path)
    {
        try
        {
            JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path), options);
            if (file.RootElement.TryGetProperty("IsEncrypted", out JsonElement encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw new StartupException($"{FileName} is encrypted (IsEncrypted): run 'func settings decrypt' in its folder.");
            }

            return file.RootElement.TryGetProperty("Values", out JsonElement values)
                ? [.. values.EnumerateObject().Select(value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value.ToString()))]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new StartupException($"{FileName} is not valid JSON of the form {{ \"Values\": {{ … }} }}.", exception);
        }
    }
}
