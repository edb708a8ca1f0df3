using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SyncFunctions.Benchmarks;

/// <summary>Azurite's tables, as it keeps them by default: on the disk.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    // Azurite's one account, which is public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const string Table = "items";
    private const string Listening = "Azurite Table service is successfully listening at ";

    private readonly DirectoryInfo folder;
    private readonly Process process;
    private readonly Uri url;

    private Azurite(DirectoryInfo folder, Process process, Uri url) => (this.folder, this.process, this.url) = (folder, process, url);

    /// <summary>Installs it into a temporary folder, starts it, and creates a table.</summary>
    /// <returns>It; or why it cannot be had.</returns>
    public static async Task<(Azurite? Azurite, string? Reason)> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("syncfunctions-azurite-");
        if (await NodePackages.InstallAsync("azurite", folder) is { } reason)
        {
            folder.Delete(recursive: true);
            return (null, reason);
        }

        // Its tables alone (table/main.js) would not say which port they took.
        Process process = Process.Start(new ProcessStartInfo(
            "node",
            [
                Path.Combine(folder.FullName, "node_modules", "azurite", "dist", "src", "azurite.js"), "--location", Path.Combine(folder.FullName, "data"),
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0", "--skipApiVersionCheck", "--disableTelemetry", "--silent",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                // Nothing may wait for a reader of what it writes from now on.
                _ = process.StandardOutput.ReadToEndAsync();
                Azurite azurite = new(folder, process, new Uri(line[Listening.Length..]));
                await azurite.CreateTableAsync();
                return (azurite, null);
            }
        }

        await process.WaitForExitAsync();
        folder.Delete(recursive: true);
        return (null, $"Azurite ended with {process.ExitCode}.");
    }

    /// <summary>Inserts entities as large as a map item for some time.</summary>
    /// <returns>How many were inserted in a second.</returns>
    public async Task<double> InsertAsync(int connections, TimeSpan length)
    {
        using HttpClient client = CreateClient(Table, connections);
        return await Load.ThroughputAsync(connections, length, async _ =>
        {
            string key = Guid.NewGuid().ToString();
            string now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            await PostAsync(client, Table, new
            {
                PartitionKey = "map",
                RowKey = key,
                Revision = "0",
                Data = """{"status":"available"}""",
                DateCreated = now,
                DateUpdated = now,
                CreatedBy = "system",
            });
        });
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task CreateTableAsync()
    {
        using HttpClient client = CreateClient("Tables", 1);
        await PostAsync(client, "Tables", new { TableName = Table });
    }

    private static async Task PostAsync(HttpClient client, string path, object body)
    {
        using ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    // All requests of a client are to one path, so one signature does for all: it covers the date and the path, and is good for 15 minutes.
    // https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#table-service-shared-key-lite-authorization
    private HttpClient CreateClient(string path, int connections)
    {
        string date = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        byte[] signed = Encoding.UTF8.GetBytes($"{date}\n/{Account}/{Account}/{path}");
        string signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), signed));
        HttpClient client = SyncClients.CreateBare(new Uri(url, $"/{Account}/"), connections);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("SharedKeyLite", $"{Account}:{signature}");
        client.DefaultRequestHeaders.Add("x-ms-date", date);
        client.DefaultRequestHeaders.Add("x-ms-version", "2020-12-06");
        client.DefaultRequestHeaders.Add("Prefer", "return-no-content");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json;odata=nometadata");
        return client;
    }
}
