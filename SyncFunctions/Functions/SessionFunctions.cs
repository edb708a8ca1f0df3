using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store;
using SyncFunctions.Store.Sessions;

namespace SyncFunctions.Functions;

/// <summary>The functions of scheduled sessions and their participants.</summary>
[Capability("Sessions", "Scheduled meetings. Each participant enters by a personal link.")]
public sealed class SessionFunctions(FunctionRunner functions, WebhookSettings addresses, TimeProvider time)
{
    // All ids of sessions and participants are UUIDs.
    private const string ExampleId = "\"01940000-0000-4000-8000-000000000000\"";

    private const int MaximumName = 256;
    private const int MaximumState = 64;
    private const int MaximumPicture = 2048;

    private static readonly Parameter<string> SessionId = Parameter.Text("sessionId", "The session's id.") with { Example = ExampleId };
    private static readonly Parameter<string> ParticipantId = Parameter.Text("participantId", "The participant's id.") with { Example = ExampleId };
    private static readonly Parameter<string> SessionName = Optional("sessionName", "The session's name.", MaximumName, "A consultation");
    private static readonly Parameter<DateTime?> StartTime = Parameter.DateTime("startTime", "When it starts.");
    private static readonly Parameter<DateTime?> EndTime = Parameter.DateTime("endTime", "When it ends, after the start.") with { Example = "\"2026-01-31T09:30:00Z\"" };
    private static readonly Parameter<string> Picture = Optional("picture", "A picture, its URL for example.", MaximumPicture, "https://example.com/p.png");
    private static readonly Parameter<string> DisplayName = Optional("displayName", "The participant's name.", MaximumName, "Dr. Who");
    private static readonly Parameter<string> State = Optional("state", "Any text, such as the state of an invitation.", MaximumState, "invited");

    private static readonly Parameter<string?> Role = Parameter.Word(
        "role", "HOST enters directly, GUEST must be admitted.", SessionParticipant.Host, SessionParticipant.Guest);

    private static readonly Parameter<string?> NewRole = Role with { Default = SessionParticipant.Guest };

    private static readonly IBinding<SessionFields> NewSession = Fields(StartTime with { IsRequired = true }, EndTime with { IsRequired = true });
    private static readonly IBinding<SessionFields> ChangedSession = Fields(StartTime, EndTime);
    private static readonly IBinding<ParticipantFields> NewParticipant = Fields(NewRole);
    private static readonly IBinding<ParticipantFields> ChangedParticipant = Fields(Role);

    private static readonly Parameter<IReadOnlyList<ParticipantFields>> Participants = Parameter.ObjectList(
        "participants",
        "The first participants, each with displayName, role, picture and state.",
        0,
        SessionStore.MaximumCreated,
        [DisplayName, NewRole, Picture, State],
        members => new ParticipantFields(members.Read(DisplayName), members.Read(NewRole), members.Read(Picture), members.Read(State)));

    private static readonly Parameter<bool> IncludesRemoved = Parameter.Boolean("includeRemoved", "Whether removed participants are included.");

    private static readonly IBinding<SessionQuery> Query = Bind.Of(
        Bind.Of(
            Parameter.DateTime("from", "The earliest start."),
            Parameter.DateTime("to", "The latest start, inclusive."),
            Optional("state", "A state that a participant must be in.", MaximumState, "invited"),
            (from, to, state) => (From: from, To: to, State: state)),
        Flag("includeCanceled", "Whether canceled sessions are included."),
        Flag("includeRemoved", IncludesRemoved.Description),
        Parameter.Choice("order", "The order by start time.", "asc", SessionQuery.Descending),
        (which, canceled, removed, order) => new SessionQuery(which.From, which.To, which.State, canceled, removed, order));

    private static readonly FunctionDeclaration<SessionFields, IReadOnlyList<ParticipantFields>, SessionAnswer> CreateSessionDeclaration = new(
        "createSession", "Schedules a session.", NewSession, Participants)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Schedules a session.</summary>
    [Function("createSession")]
    public Task<IResult> CreateSession([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createSession")] HttpRequest request) =>
        functions.RunAsync(request, CreateSessionDeclaration, async (store, fields, participants, cancelled) =>
            Answer(request, store, await Sessions(store).CreateAsync(fields, participants, cancelled)));

    private static readonly FunctionDeclaration<string, bool, string?, SessionAnswer> GetSessionDeclaration = new(
        "getSession", "Gets a session with its participants.", SessionId, IncludesRemoved, Parameter.IfMatch)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Gets a session with its participants.</summary>
    [Function("getSession")]
    public Task<IResult> GetSession([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getSession")] HttpRequest request) =>
        functions.RunAsync(request, GetSessionDeclaration, async (store, sessionId, includesRemoved, ifMatch, cancelled) =>
            Answer(request, store, await Sessions(store).GetAsync(sessionId, includesRemoved, ifMatch, cancelled)));

    private static readonly FunctionDeclaration<string, SessionFields, string?, SessionAnswer> UpdateSessionDeclaration = new(
        "updateSession", "Changes a session's name, times or picture.", SessionId, ChangedSession, Parameter.IfMatch)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Conflict, HttpStatusCode.Gone],
    };

    /// <summary>Changes a session's name, times or picture.</summary>
    [Function("updateSession")]
    public Task<IResult> UpdateSession([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateSession")] HttpRequest request) =>
        functions.RunAsync(request, UpdateSessionDeclaration, async (store, sessionId, fields, ifMatch, cancelled) =>
            Answer(request, store, await Sessions(store).UpdateAsync(sessionId, fields, ifMatch, cancelled)));

    private static readonly FunctionDeclaration<string, string?, SessionAnswer> CancelSessionDeclaration = new(
        "cancelSession", "Cancels a session. This is final.", SessionId, Parameter.IfMatch)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Cancels a session. This is final.</summary>
    [Function("cancelSession")]
    public Task<IResult> CancelSession([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "cancelSession")] HttpRequest request) =>
        functions.RunAsync(request, CancelSessionDeclaration, async (store, sessionId, ifMatch, cancelled) =>
            Answer(request, store, await Sessions(store).CancelAsync(sessionId, ifMatch, cancelled)));

    private static readonly FunctionDeclaration<SessionQuery, PageRequest, SyncPage<SessionAnswer>> GetSessionsDeclaration = new(
        "getSessions", "Gets a page of the sessions, by start time.", Query, Parameter.Page)
    {
        AllowsWebhooks = false,
    };

    /// <summary>Gets a page of the sessions, by start time.</summary>
    [Function("getSessions")]
    public Task<IResult> GetSessions([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getSessions")] HttpRequest request) =>
        functions.RunAsync(request, GetSessionsDeclaration, async (store, query, page, cancelled) =>
        {
            SyncPage<Session> read = await Sessions(store).GetPageAsync(query, page, cancelled);
            return new SyncPage<SessionAnswer>([.. read.Items.Select(session => Answer(request, store, session))], read.NextPageToken);
        });

    private static readonly FunctionDeclaration<string, ParticipantFields, ParticipantAnswer> AddParticipantDeclaration = new(
        "addParticipant", "Adds a participant to a session.", SessionId, NewParticipant)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Adds a participant to a session.</summary>
    [Function("addParticipant")]
    public Task<IResult> AddParticipant([HttpTrigger(AuthorizationLevel.Function, "post", Route = "addParticipant")] HttpRequest request) =>
        functions.RunAsync(request, AddParticipantDeclaration, async (store, sessionId, fields, cancelled) =>
            Answer(request, store, await Sessions(store).AddParticipantAsync(sessionId, fields, cancelled)));

    private static readonly FunctionDeclaration<string, IReadOnlyList<ParticipantAnswer>> GetParticipantsDeclaration = new(
        "getParticipants", "Gets all participants of a session.", SessionId)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Gets all participants of a session.</summary>
    [Function("getParticipants")]
    public Task<IResult> GetParticipants([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getParticipants")] HttpRequest request) =>
        functions.RunAsync(request, GetParticipantsDeclaration, async (store, sessionId, cancelled) =>
            Answer(request, store, await Sessions(store).GetAsync(sessionId, cancellationToken: cancelled)).Participants);

    private static readonly FunctionDeclaration<string, ParticipantAnswer> GetParticipantDeclaration = new(
        "getParticipant", "Gets a participant.", ParticipantId)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Gets a participant.</summary>
    [Function("getParticipant")]
    public Task<IResult> GetParticipant([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getParticipant")] HttpRequest request) =>
        functions.RunAsync(request, GetParticipantDeclaration, async (store, participantId, cancelled) =>
            Answer(request, store, await Sessions(store).GetParticipantAsync(participantId, cancelled)));

    private static readonly FunctionDeclaration<string, ParticipantFields, ParticipantAnswer> UpdateParticipantDeclaration = new(
        "updateParticipant", "Changes a participant.", ParticipantId, ChangedParticipant)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Changes a participant.</summary>
    [Function("updateParticipant")]
    public Task<IResult> UpdateParticipant([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateParticipant")] HttpRequest request) =>
        functions.RunAsync(request, UpdateParticipantDeclaration, async (store, participantId, fields, cancelled) =>
            Answer(request, store, await Sessions(store).UpdateParticipantAsync(participantId, fields, cancelled)));

    private static readonly FunctionDeclaration<string, ParticipantAnswer> RemoveParticipantDeclaration = new(
        "removeParticipant", "Removes a participant. The entry link then stops working.", ParticipantId)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Removes a participant. The entry link then stops working.</summary>
    [Function("removeParticipant")]
    public Task<IResult> RemoveParticipant(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeParticipant")] HttpRequest request) =>
        functions.RunAsync(request, RemoveParticipantDeclaration, async (store, participantId, cancelled) =>
            Answer(request, store, await Sessions(store).RemoveParticipantAsync(participantId, cancelled)));

    private static readonly FunctionDeclaration<string, ParticipantAnswer> AdmitParticipantDeclaration = new(
        "admitParticipant", "Lets a guest in.", ParticipantId)
    {
        AllowsWebhooks = false,
        Failures = [HttpStatusCode.Gone],
    };

    /// <summary>Lets a guest in.</summary>
    [Function("admitParticipant")]
    public Task<IResult> AdmitParticipant([HttpTrigger(AuthorizationLevel.Function, "post", Route = "admitParticipant")] HttpRequest request) =>
        functions.RunAsync(request, AdmitParticipantDeclaration, async (store, participantId, cancelled) =>
            Answer(request, store, await Sessions(store).AdmitParticipantAsync(participantId, cancelled)));

    private static Parameter<string> Optional(string name, string description, int maximumLength, string example) =>
        Parameter.Text(name, description, maximumLength) with { IsRequired = false, Example = $"\"{example}\"" };

    // Unlike other flags, it is null if it is not given: then the page token has its value.
    private static Parameter<bool?> Flag(string name, string description) =>
        new(name, ParameterKind.Boolean, description, value => value.AsBoolean() ?? throw value.Refuse("must be true or false.")) { Example = "true" };

    private static IBinding<SessionFields> Fields(Parameter<DateTime?> startTime, Parameter<DateTime?> endTime) => Bind.Of(
        (IBinding<string?>)SessionName,
        startTime,
        endTime,
        (IBinding<string?>)Picture,
        (sessionName, start, end, picture) => new SessionFields(sessionName, start, end, picture));

    private static IBinding<ParticipantFields> Fields(Parameter<string?> role) => Bind.Of(
        (IBinding<string?>)DisplayName,
        role,
        (IBinding<string?>)Picture,
        (IBinding<string?>)State,
        (displayName, given, picture, state) => new ParticipantFields(displayName, given, picture, state));

    private SessionStore Sessions(SyncStore store) => new(store, time);

    private SessionAnswer Answer(HttpRequest request, SyncStore store, Session session) =>
        SessionAnswer.Of(session, EntryUrls(request, store));

    private ParticipantAnswer Answer(HttpRequest request, SyncStore store, SessionEntry entry) =>
        ParticipantAnswer.Of(entry.Session, entry.Participant, EntryUrls(request, store));

    private Func<string, string> EntryUrls(HttpRequest request, SyncStore store)
    {
        string links = EntryLinks.Base(request, addresses);
        // A link names its service, unless that is the default.
        string service = store.Key.Equals(SyncStores.DefaultKey, StringComparison.OrdinalIgnoreCase) ? "" : $"?service={Uri.EscapeDataString(store.Key)}";
        return participantId => $"{links}/{participantId}{service}";
    }
}
