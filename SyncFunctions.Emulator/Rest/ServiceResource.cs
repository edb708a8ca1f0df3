using SyncFunctions.Emulator.Engine;
using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Rest;

/// <summary><c>/Services</c> and <c>/Services/{Sid}</c>.</summary>
internal sealed class ServiceResource(SyncEngine engine, ResourceWriter writer, string defaultServiceSid)
{
    /// <summary>Finds the service in a path. As in Twilio, <c>default</c> need not have been created.</summary>
    public async ValueTask<SyncService> FindAsync(RestCall call, string sidOrName)
    {
        try
        {
            return engine.GetService(sidOrName);
        }
        catch (SyncFailureException) when (sidOrName == SyncEngine.DefaultService)
        {
            return await engine.ProvisionServiceAsync(defaultServiceSid, SyncEngine.DefaultService, call.Cancelled);
        }
    }

    public async Task<RestResult> CollectionAsync(RestCall call) => call.Method switch
    {
        "GET" => new Paging(call, "Services").Read(
            "services", engine.GetServices, service => service.Id, (json, service) => writer.Write(json, service, call.BaseUrl)),
        "POST" => Answer(call, 201, await engine.CreateServiceAsync(Settings(call, new ServiceSettings()), call.Cancelled)),
        _ => throw ProtocolErrors.MethodNotAllowed(),
    };

    public async Task<RestResult> InstanceAsync(RestCall call, string sidOrName)
    {
        switch (call.Method)
        {
            case "GET":
                return Answer(call, 200, await FindAsync(call, sidOrName));
            case "POST":
                // The parameters are read before the change is queued. Settings that they leave out keep the value that they have by then.
                Settings(call, new ServiceSettings());
                SyncService service = await FindAsync(call, sidOrName);
                return Answer(call, 200, await engine.UpdateServiceAsync(service.Sid, current => Settings(call, current), call.Cancelled));
            case "DELETE":
                await engine.RemoveServiceAsync((await FindAsync(call, sidOrName)).Sid, call.Cancelled);
                return RestResult.NoContent;
            default:
                throw ProtocolErrors.MethodNotAllowed();
        }
    }

    private RestResult Answer(RestCall call, int status, SyncService service) =>
        new(status, json => writer.Write(json, service, call.BaseUrl));

    private static ServiceSettings Settings(RestCall call, ServiceSettings current) => new(
        FriendlyName(call) ?? current.FriendlyName,
        call.Form("WebhookUrl") is null ? current.WebhookUrl : WebhookUrl(call),
        call.Boolean("WebhooksFromRestEnabled") ?? current.WebhooksFromRestEnabled,
        call.Boolean("ReachabilityWebhooksEnabled") ?? current.ReachabilityWebhooksEnabled,
        call.Boolean("AclEnabled") ?? current.AclEnabled,
        call.Boolean("ReachabilityDebouncingEnabled") ?? current.ReachabilityDebouncingEnabled,
        ReachabilityDebouncingWindow(call) ?? current.ReachabilityDebouncingWindow);

    private static string? FriendlyName(RestCall call) => call.Form("FriendlyName") switch
    {
        null => null,
        { } name when Rules.IsText(name, 255) => name,
        _ => throw ProtocolErrors.InvalidFriendlyName(),
    };

    // An empty URL removes the webhook.
    private static string? WebhookUrl(RestCall call) => call.Form("WebhookUrl") switch
    {
        null or "" => null,
        { Length: <= 512 } url when Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" => url,
        _ => throw ProtocolErrors.InvalidWebhookUrl(),
    };

    private static int? ReachabilityDebouncingWindow(RestCall call) => call.Form("ReachabilityDebouncingWindow") switch
    {
        null => null,
        { } text when int.TryParse(text, out int window) && window is >= 1000 and <= 30_000 => window,
        _ => throw ProtocolErrors.InvalidParameter("ReachabilityDebouncingWindow"),
    };
}
