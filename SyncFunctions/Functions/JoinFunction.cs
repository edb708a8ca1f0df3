using System.Globalization;
using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;
using SyncFunctions.Store.Sessions;
using SyncFunctions.Store.Tokens;

namespace SyncFunctions.Functions;

/// <summary>The function behind the participants' entry links.</summary>
[Capability("Sessions", "Scheduled meetings. Each participant enters by a personal link.")]
public sealed class JoinFunction(FunctionRunner functions, AccessTokenIssuer issuer, SessionSettings settings, TimeProvider time)
{
    private static readonly FunctionDeclaration<IResult> JoinDeclaration = new("join", "Lets the participant with this entry link enter the session.")
    {
        AllowsWebhooks = false,
        IsOpen = true,
        RouteParameters = [Parameter.Text("participantId", "The participant's id, which is the secret of their entry link.") with { Example = "\"01940000-0000-4000-8000-000000000000\"" }],
        Answers =
        [
            FunctionAnswer.Json<JoinAnswer>(description: "The participant may enter."),
            FunctionAnswer.Json<WaitingAnswer>(StatusCodes.Status202Accepted, "The participant waits to be admitted."),
            new(StatusCodes.Status302Found, null, Description: "A browser is redirected to the page in Sessions__JoinUrl."),
        ],
        Failures = [HttpStatusCode.Conflict, HttpStatusCode.Gone],
    };

    /// <summary>
    /// Lets a participant into their session: hosts, and guests who were admitted, get an access token; other guests wait. 403 before the session,
    /// 410 after it. Needs no key: the participant's id is the secret.
    /// </summary>
    [Function("join")]
    public Task<IResult> Join(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = EntryLinks.Route + "/{participantId}")] HttpRequest request, string participantId)
    {
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return functions.RunAsync(request, JoinDeclaration, (store, cancelled) => JoinAsync(request, store, participantId, cancelled));
    }

    private async Task<IResult> JoinAsync(HttpRequest request, SyncStore store, string participantId, CancellationToken cancellationToken)
    {
        SessionStore sessions = new(store, time);
        SessionEntry entry = await sessions.KnockAsync(participantId, cancellationToken);
        if (!entry.Participant.MayEnter)
        {
            await sessions.WaitAsync(entry, cancellationToken);
            return PageFor(request) is { } lobby
                ? new PageRedirect(lobby, ("state", WaitingAnswer.Waiting), ("participantId", participantId))
                : new ResourceResult<WaitingAnswer>(new WaitingAnswer(WaitingAnswer.Waiting), StatusCodes.Status202Accepted);
        }

        // Before anything is changed, because it fails if the app cannot sign tokens.
        IssuedAccessToken token = issuer.Issue(new AccessTokenRequest(
            SessionStore.Identity(entry.Participant), Life(entry.Session), new SyncGrant(store.ServiceSid), new VideoGrant(SessionStore.Room(entry.Session))));
        await sessions.EnterAsync(entry, cancellationToken);
        return PageFor(request) is { } page
            ? new PageRedirect(
                page,
                ("token", token.Token),
                ("role", entry.Participant.Role),
                ("expires", token.Expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                ("sessionId", entry.Session.SessionId))
            : new ResourceResult<JoinAnswer>(
                new JoinAnswer(entry.Participant.Role, token.Token, token.Expires, JoinedSession.Of(entry.Session)));
    }

    // The page to which a browser is redirected; null for programs.
    private Uri? PageFor(HttpRequest request) =>
        request.Headers.Accept.Any(types => types?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true) ? settings.JoinUrl : null;

    private TimeSpan Life(Session session)
    {
        TimeSpan left = session.EndTime - time.GetUtcNow().UtcDateTime;
        return TimeSpan.FromSeconds(Math.Clamp(Math.Floor(left.TotalSeconds), 1, AccessTokenIssuer.MaximumSeconds));
    }
}
