using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store;

namespace SyncFunctions.Functions;

/// <summary>The function that front ends get their access tokens from.</summary>
public sealed class TokenFunctions(FunctionRunner functions, AccessTokenIssuer issuer)
{
    /// <summary>
    /// Makes an access token for a Sync service: <c>identity</c>, <c>ttl</c> (1 to 86400 seconds, 3600), <c>chatServiceSid</c>, <c>room</c>.
    /// </summary>
    [Function("createToken")]
    public Task<IResult> CreateToken([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "createToken")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            Task.FromResult(issuer.Issue(new AccessTokenRequest(
                parameters.Identity(),
                parameters.TokenLife(),
                store.ServiceSid,
                parameters.Text("chatServiceSid") is null ? null : parameters.Sid("chatServiceSid", "IS", "Conversations service"),
                parameters.Text("room")))));
}
