using System.Text;

namespace SyncFunctions.Fuzz;

/// <summary>Calls the emulator's REST API.</summary>
internal sealed class RestCampaign(FuzzTarget target) : Campaign
{
    private static readonly string[] Methods = ["GET", "POST", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"];
    private static readonly string[] Collections = ["Documents", "Lists", "Maps", "Streams"];
    private static readonly string[] Subcollections = ["Items", "Permissions", "Messages"];

    private static readonly string[] Parameters =
    [
        "UniqueName", "Data", "Ttl", "ItemTtl", "CollectionTtl", "Key", "PageSize", "PageToken", "Page", "From", "Bounds", "Order", "Read", "Write", "Manage",
        "HideExpired", "FriendlyName", "AclEnabled", "ReachabilityWebhooksEnabled", "WebhooksFromRestEnabled", "ReachabilityDebouncingWindow",
    ];

    private static readonly string[] Words = ["asc", "desc", "inclusive", "exclusive", "true", "false", "{}", "{\"n\":1}", "1", "50"];

    /// <inheritdoc/>
    protected override async Task SendAsync(Hostile made, int number, IDisposable? sender)
    {
        string path = Path(made);
        // Removing the service would remove the known data, by design.
        string method = path.EndsWith("/default", StringComparison.Ordinal) ? "GET" : made.Pick(Methods);
        string form = string.Join('&', Enumerable.Range(0, made.Next(4)).Select(_ => Field(made)));
        bool hasBody = method is "POST" or "PUT" or "PATCH";
        if (hasBody && made.Chance(60))
        {
            string given = path.EndsWith("/Items", StringComparison.Ordinal) ? "Key" : "UniqueName";
            form = $"{given}={made.Name()}&Data={Escape($"{{\"n\":{made.Next(9)}}}")}{(form.Length > 0 ? "&" : "")}{form}";
        }

        string url = !hasBody && form.Length > 0 ? $"{path}?{form}" : path;
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(url, UriKind.Relative));
        if (hasBody)
        {
            request.Content = new ByteArrayContent(made.Mutate(Encoding.UTF8.GetBytes(form), 5));
            string type = made.Chance(95) ? "application/x-www-form-urlencoded" : made.Pick<string>(["multipart/form-data; boundary=x", "application/json", "x"]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (made.Chance(20))
        {
            request.Headers.TryAddWithoutValidation("If-Match", made.Pick<string>(["0", "1", "\"0\"", "*", "W/\"0\"", "-1", "x", ""]));
        }

        try
        {
            using HttpResponseMessage answer = await target.Sync.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            Count(number, $"{method} {url} {form}", (int)answer.StatusCode);
        }
        catch (HttpRequestException exception)
        {
            Find(number, $"no answer for {method} {url} {form}: {exception.Message}");
        }
    }

    private static string Path(Hostile made)
    {
        List<string> segments = ["v1", "Services"];
        if (made.Chance(97))
        {
            segments.Add(made.Chance(95) ? "default" : made.Text());
        }

        if (segments.Count > 2 && made.Chance(97))
        {
            segments.Add(made.Chance(97) ? made.Pick(Collections) : made.Text());
            for (string[] next = Subcollections; made.Chance(75) && segments.Count < 7; next = Collections)
            {
                segments.Add(made.Chance(80) ? made.Name() : made.Text());
                if (made.Chance(60))
                {
                    segments.Add(made.Chance(95) ? made.Pick(next) : made.Text());
                    segments.AddRange(made.Chance(60) ? [made.Chance(60) ? $"{made.Next(5)}" : made.Text()] : Array.Empty<string>());
                }
            }
        }

        // Dots are resolved by the client.
        return "/" + string.Join('/', segments.Select(Escape));
    }

    private static string Field(Hostile made)
    {
        string value = made.Next(5) switch
        {
            0 => made.Text(),
            1 => made.Json(),
            2 => made.Name(),
            _ => made.Pick(Words),
        };
        return $"{Escape(made.Chance(95) ? made.Pick(Parameters) : made.Text())}={Escape(value)}";
    }

    private static string Escape(string text) => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
}
