using System.Net.Http.Headers;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using SyncFunctions.Emulator;
using SyncFunctions.Tools;

using Twilio.Clients;
using Twilio.Rest.Sync.V1.Service;

namespace SyncFunctions.Benchmarks.Servers;

/// <summary>The app, and what somebody would write instead: each answers <c>/api/getDocument?docName=…</c> by one request to the same Sync service.</summary>
internal static class CallServers
{
    /// <summary>The app by itself, over a Sync service elsewhere.</summary>
    public const string App = "app";

    /// <summary>Kestrel that passes the request on by HttpClient, and the answer back as it is.</summary>
    public const string Proxy = "proxy";

    /// <summary>A minimal API on Twilio's C# client.</summary>
    public const string TwilioClient = "twilio-client";

    /// <summary>An ASP.NET Core app as its template makes it.</summary>
    public const string Empty = "empty";

    private static readonly EmulatorOptions Sync = new();

    /// <param name="arguments">The address of Sync.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartAppAsync(string[] arguments)
    {
        LocalApp app = await LocalApp.StartAsync(builder => { }, new Dictionary<string, string?>
        {
            ["Twilio:AccountSid"] = Sync.AccountSid,
            ["Twilio:AuthToken"] = Sync.AuthToken,
            ["Sync:BaseUrl"] = new Uri(arguments[0]).GetLeftPart(UriPartial.Authority),
            ["Sync:Services:default:ServiceSid"] = Sync.ServiceSid,
        });
        return (new Uri(app.Api.BaseAddress!, "/"), app);
    }

    /// <param name="arguments">The address of Sync.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartProxyAsync(string[] arguments)
    {
        HttpClient sync = new() { BaseAddress = new Uri(new Uri(arguments[0]), $"/v1/Services/{Sync.ServiceSid}/") };
        sync.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Sync.AccountSid}:{Sync.AuthToken}")));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Run(async context =>
        {
            string name = Uri.EscapeDataString(context.Request.Query["docName"].ToString());
            using HttpResponseMessage response = await sync.GetAsync(
                new Uri($"Documents/{name}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = response.Content.Headers.ContentLength;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await application.StartAsync();
        return (new Uri(application.Urls.First()), application);
    }

    /// <param name="arguments">The address of Sync.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartTwilioClientAsync(string[] arguments)
    {
        TwilioRestClient client = new(
            Sync.AccountSid, Sync.AuthToken, httpClient: new Twilio.Http.SystemNetHttpClient(new HttpClient(new ToSync(new Uri(arguments[0])))));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.MapGet("/api/getDocument", async (string docName) =>
            Results.Json(await DocumentResource.FetchAsync(Sync.ServiceSid, docName, client: client)));
        await application.StartAsync();
        return (new Uri(application.Urls.First()), application);
    }

    /// <param name="arguments">Where to listen.</param>
    public static async Task<(Uri Url, IAsyncDisposable Server)> StartEmptyAsync(string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(arguments);
        WebApplication application = builder.Build();
        application.MapGet("/", () => "Hello World!");
        await application.StartAsync();
        return (new Uri(application.Urls.First()), application);
    }

    private sealed class ToSync(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
