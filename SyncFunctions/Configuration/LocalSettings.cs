using System.Text.Json;

using Microsoft.Extensions.Configuration;

namespace SyncFunctions.Configuration;

/// <summary>
/// Reads the <c>Values</c> of local.settings.json as Core Tools does: each stands in for an environment variable, unless one of that name is set.
/// </summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    /// <summary>Adds the file's values below everything else; does nothing if there is no file.</summary>
    /// <exception cref="StartupException">The file is not valid, or is encrypted.</exception>
    public static void AddLocalSettings(this IConfigurationManager configuration, string path)
    {
        if (File.Exists(path))
        {
            configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Read(path) });
        }
    }

    private static Dictionary<string, string?> Read(string path)
    {
        try
        {
            JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path), options);
            if (file.RootElement.TryGetProperty("IsEncrypted", out JsonElement encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw new StartupException($"{FileName} is encrypted (IsEncrypted): run 'func settings decrypt' in its folder.");
            }

            Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
            foreach (JsonProperty value in file.RootElement.TryGetProperty("Values", out JsonElement values) ? values.EnumerateObject() : default)
            {
                if (!settings.TryAdd(value.Name.Replace("__", ":", StringComparison.Ordinal), value.Value.ToString()))
                {
                    throw new StartupException($"{FileName} has {value.Name} twice.");
                }
            }

            return settings;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new StartupException($"{FileName} is not valid JSON of the form {{ \"Values\": {{ … }} }}.", exception);
        }
    }
}
