using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Configuration;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Functions.SignIn;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Functions;

/// <summary>The functions that create access tokens for front ends.</summary>
[Capability("Access tokens", "The tokens with which Twilio's client SDKs sign in.")]
public sealed class TokenFunctions(FunctionRunner functions, AccessTokenIssuer issuer, UserSignIn users, SyncSettings settings)
{
    private static readonly TimeSpan UserLife = TimeSpan.FromSeconds(AccessTokenIssuer.DefaultSeconds);

    private static readonly Parameter<TimeSpan> Life = Parameter.Seconds(
        "ttl", "How long the token is valid, in seconds.", 1, AccessTokenIssuer.MaximumSeconds, AccessTokenIssuer.DefaultSeconds);

    private static readonly Parameter<IReadOnlyList<string>?> GrantNames = Parameter.Choices(
        "grants", "What the token is for. If not given: sync, chat if there is a chatServiceSid, and video if there is a room.", GrantChoice.All);

    private static readonly Parameter<string> ChatServiceSid =
        Parameter.Sid("chatServiceSid", "IS", "Conversations service") with { IsRequired = false };

    private static readonly Parameter<string> PushCredentialSid =
        Parameter.Sid("pushCredentialSid", "CR", "push credential") with { IsRequired = false };

    private static readonly Parameter<string> EndpointId =
        Parameter.Text("endpointId", "The ID of the device among those of the identity, in a Chat grant.") with { IsRequired = false, Example = "\"phone\"" };

    private static readonly Parameter<string> Room =
        Parameter.Text("room", "The Video room of a Video grant. If not given, the grant is for any room.") with { IsRequired = false, Example = "\"my-room\"" };

    private static readonly Parameter<string> OutgoingApplicationSid =
        Parameter.Sid("outgoingApplicationSid", "AP", "TwiML application") with { IsRequired = false };

    private static readonly Parameter<bool> IncomingAllow = Parameter.Boolean("incomingAllow", "Whether a Voice grant allows incoming calls.");

    private static readonly IBinding<GrantChoice> Grants = Bind.Of(
        GrantNames,
        Bind.Of(ChatServiceSid, PushCredentialSid, EndpointId, (service, credential, endpoint) => new GrantChoice(
            ChatServiceSid: service, PushCredentialSid: credential, EndpointId: endpoint)),
        Bind.Of(Room, OutgoingApplicationSid, IncomingAllow, (room, application, incoming) => new GrantChoice(
            Room: room, OutgoingApplicationSid: application, IncomingAllow: incoming)),
        (names, chat, media) => media with
        {
            Names = names,
            ChatServiceSid = chat.ChatServiceSid,
            PushCredentialSid = chat.PushCredentialSid,
            EndpointId = chat.EndpointId,
        });

    private static readonly FunctionDeclaration<string, TimeSpan, GrantChoice, TokenResult> CreateTokenDeclaration = new(
        "createToken", "Creates an access token for an identity.", Parameter.Identity, Life, Grants)
    {
        AllowsWebhooks = false,
        Answers = TokenResult.Answers,
        Failures = [HttpStatusCode.Conflict],
    };

    private static readonly FunctionDeclaration<string?, string?, TokenResult> UserTokenDeclaration = new(
        "userToken",
        "Creates an access token for the signed-in user.",
        Parameter.Identity with { IsRequired = false, Description = "The user's name; with App Service authentication it may be left out." },
        Parameter.Text("password", "The user's password; not used with App Service authentication.", PasswordHash.MaximumPasswordLength) with { IsRequired = false, Example = "\"a password\"" },
        choosesService: false)
    {
        AllowsWebhooks = false,
        Answers = TokenResult.Answers,
        ChecksCallers = true,
        Failures = [HttpStatusCode.Conflict, HttpStatusCode.Unauthorized],
    };

    /// <summary>Creates an access token for an identity: as JSON, or as plain text if the caller prefers <c>text/plain</c>.</summary>
    [Function("createToken")]
    public Task<IResult> CreateToken([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "createToken")] HttpRequest request) =>
        functions.RunAsync(request, CreateTokenDeclaration, (store, identity, life, grants, _) => Task.FromResult(
            Issue(new AccessTokenRequest(identity, life, grants.Resolve(store.ServiceSid, settings.ConversationsServiceSid)))));

    /// <summary>
    /// Creates an access token for a user who is signed in, by App Service or by a password. It is valid for an hour, for Sync, and for Conversations if
    /// that is configured. 401 if no user is signed in. As JSON, or as plain text if the caller prefers <c>text/plain</c>.
    /// </summary>
    [Function("userToken")]
    public Task<IResult> UserToken([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "userToken")] HttpRequest request) =>
        functions.RunAsync(request, UserTokenDeclaration, async (store, identity, password, cancelled) => Issue(new AccessTokenRequest(
            await users.FindAsync(request, identity, password, cancelled), UserLife, UserGrants(store.ServiceSid))));

    private AccessGrant[] UserGrants(string serviceSid) => settings.ConversationsServiceSid is { } conversations
        ? [new SyncGrant(serviceSid), new ChatGrant(conversations)]
        : [new SyncGrant(serviceSid)];

    private TokenResult Issue(AccessTokenRequest request) => new TokenResult(issuer.Issue(request));
}
