using System.Globalization;

using SyncFunctions.Emulator.Model;
using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Webhooks;

/// <summary>Converts an event to the fields that Twilio posts to a service's webhook.</summary>
/// <remarks>https://www.twilio.com/docs/sync/webhooks</remarks>
internal static class WebhookForm
{
    public static List<KeyValuePair<string, string>> Of(SyncEvent source, SyncService service, string accountSid)
    {
        List<KeyValuePair<string, string>> fields = [];
        string kind = source.Kind.ToString();
        Add("AccountSid", accountSid);
        Add("ServiceSid", service.Sid);
        Add("EventType", EventType.Of(source));
        Add("Identity", source.Identity);
        Add("EndpointId", source.EndpointId);
        if (source.IsOfEndpoint)
        {
            return fields;
        }

        Add($"{kind}Sid", source.ObjectSid);
        Add($"{kind}UniqueName", source.UniqueName);
        switch (source)
        {
            case { Kind: ObjectKind.Stream }:
                Add("MessageSid", source.Key?.ToString());
                Add("MessageData", source.Data);
                break;
            case { Key: { } key }:
                Add($"{kind}Revision", Text(source.EventId + 1));
                Add("EventId", Text(source.EventId));
                Add(source.Kind == ObjectKind.List ? "ItemIndex" : "ItemKey", key.ToString());
                Add("ItemRevision", Text(source.EventId));
                Add("ItemData", source.Data);
                break;
            default:
                Add($"{kind}Revision", Text(source.Kind == ObjectKind.Document ? source.EventId : source.EventId + 1));
                Add("DocumentData", source.Data);
                break;
        }

        return fields;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                fields.Add(KeyValuePair.Create(name, value));
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
