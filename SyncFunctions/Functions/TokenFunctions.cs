using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Functions;

/// <summary>The function that front ends get their access tokens from.</summary>
public sealed class TokenFunctions(FunctionRunner functions, AccessTokenIssuer issuer)
{
    private static readonly Parameter<TimeSpan> Life = Parameter.Seconds(
        "ttl", "How long the token is valid, in seconds.", 1, AccessTokenIssuer.MaximumSeconds, AccessTokenIssuer.DefaultSeconds);

    private static readonly Parameter<string> ChatServiceSid =
        Parameter.Sid("chatServiceSid", "IS", "Conversations service") with { IsRequired = false };

    private static readonly Parameter<string> Room = Parameter.Text("room", "The Video room of a Video grant.") with { IsRequired = false };

    private static readonly FunctionDeclaration<string, TimeSpan, string?, string?> CreateTokenDeclaration = new(
        "createToken", "Makes an access token for a Sync service.", Parameter.Identity, Life, ChatServiceSid, Room)
    {
        // A signature shows that a request is Twilio's, and not for whom a token may be made.
        ServesWebhooks = false,
    };

    /// <summary>Makes an access token for a Sync service.</summary>
    [Function("createToken")]
    public Task<IResult> CreateToken([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "createToken")] HttpRequest request) =>
        functions.RunAsync(request, CreateTokenDeclaration, (store, identity, life, chatServiceSid, room, _) =>
            Task.FromResult(issuer.Issue(new AccessTokenRequest(identity, life, store.ServiceSid, chatServiceSid, room))));
}
