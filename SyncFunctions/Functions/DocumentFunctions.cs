using System.Net;
using System.Text.Json;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Client;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync documents.</summary>
[Capability("Documents", "A document is one JSON object.")]
public sealed class DocumentFunctions(FunctionRunner functions)
{
    private static readonly Parameter<string> DocName = Parameter.UniqueName("docName", "document");

    private static readonly FunctionDeclaration<string, SyncTtl, JsonElement, SyncDocument> CreateDocumentDeclaration = new(
        "createDocument", "Creates a document.", DocName, Parameter.Ttl, Parameter.Data)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Creates a document.</summary>
    [Function("createDocument")]
    public Task<IResult> CreateDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createDocument")] HttpRequest request) =>
        functions.RunAsync(request, CreateDocumentDeclaration, (store, docName, ttl, data, cancelled) =>
            store.CreateDocumentAsync(docName, ttl: ttl, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, JsonElement, SyncDocument> OpenDocumentDeclaration = new(
        "openDocument", "Gets a document, or creates it if there is none.", DocName, Parameter.Ttl,
        Parameter.Data with { IsRequired = false, Default = "{}" });

    /// <summary>Gets a document, or creates it if there is none.</summary>
    [Function("openDocument")]
    public Task<IResult> OpenDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openDocument")] HttpRequest request) =>
        functions.RunAsync(request, OpenDocumentDeclaration, (store, docName, ttl, data, cancelled) =>
            store.OpenDocumentAsync(docName, ttl: ttl, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, SyncDocument> GetDocumentDeclaration = new("getDocument", "Gets a document.", DocName);

    /// <summary>Gets a document.</summary>
    [Function("getDocument")]
    public Task<IResult> GetDocument([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocument")] HttpRequest request) =>
        functions.RunAsync(request, GetDocumentDeclaration, (store, docName, cancelled) =>
            store.GetDocumentAsync(docName, cancelled));

    private static readonly FunctionDeclaration<PageRequest, SyncPage<SyncDocument>> GetDocumentsDeclaration = new(
        "getDocuments", "Gets a page of the documents.", Parameter.Page);

    /// <summary>Gets a page of the documents.</summary>
    [Function("getDocuments")]
    public Task<IResult> GetDocuments([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocuments")] HttpRequest request) =>
        functions.RunAsync(request, GetDocumentsDeclaration, (store, page, cancelled) =>
            store.GetDocumentsAsync(page, cancelled));

    private static readonly FunctionDeclaration<string, string> SearchDocumentDeclaration = new(
        "searchDocument", "Finds a document's SID, or an empty text.", DocName);

    /// <summary>Finds a document's SID, or <c>""</c>.</summary>
    [Function("searchDocument")]
    public Task<IResult> SearchDocument([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchDocument")] HttpRequest request) =>
        functions.RunAsync(request, SearchDocumentDeclaration, (store, docName, cancelled) =>
            store.SearchDocumentAsync(docName, cancelled));

    private static readonly FunctionDeclaration<string, SyncTtl, string?, JsonElement, SyncDocument> UpdateDocumentDeclaration = new(
        "updateDocument", "Replaces a document's data.", DocName, Parameter.TtlOrKeep, Parameter.IfMatch, Parameter.Data);

    /// <summary>Replaces a document's data.</summary>
    [Function("updateDocument")]
    public Task<IResult> UpdateDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateDocument")] HttpRequest request) =>
        functions.RunAsync(request, UpdateDocumentDeclaration, (store, docName, ttl, ifMatch, data, cancelled) =>
            store.UpdateDocumentAsync(docName, ttl: ttl, ifMatch: ifMatch, data: data, cancellationToken: cancelled));

    private static readonly FunctionDeclaration<string, JsonElement, SyncTtl, string?, SyncDocument> PatchDocumentDeclaration = new(
        "patchDocument", "Merges a patch into a document's data.", DocName, Parameter.Patch, Parameter.PatchTtl, Parameter.IfMatch)
    {
        Failures = [HttpStatusCode.Conflict],
    };

    /// <summary>Merges a patch into a document's data.</summary>
    [Function("patchDocument")]
    public Task<IResult> PatchDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchDocument")] HttpRequest request) =>
        functions.RunAsync(request, PatchDocumentDeclaration, (store, docName, patch, ttl, ifMatch, cancelled) =>
            store.PatchDocumentAsync(docName, patch, ttl, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, JsonPointer, string, string?, SyncDocument> IncrementDocumentDeclaration = new(
        "incrementDocument", "Adds to a number in a document's data.", DocName, Parameter.Path, Parameter.By, Parameter.IfMatch);

    /// <summary>Adds to a number in a document's data.</summary>
    [Function("incrementDocument")]
    public Task<IResult> IncrementDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "incrementDocument")] HttpRequest request) =>
        functions.RunAsync(request, IncrementDocumentDeclaration, (store, docName, path, by, ifMatch, cancelled) =>
            store.IncrementDocumentAsync(docName, path, by, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveDocumentDeclaration = new(
        "removeDocument", "Removes a document.", DocName, Parameter.IfMatch);

    /// <summary>Removes a document.</summary>
    [Function("removeDocument")]
    public Task<IResult> RemoveDocument([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocument")] HttpRequest request) =>
        functions.RunAsync(request, RemoveDocumentDeclaration, (store, docName, ifMatch, cancelled) =>
            store.RemoveDocumentAsync(docName, ifMatch, cancelled));

    private static readonly FunctionDeclaration<string, string?, string> RemoveDocumentByIdDeclaration = new(
        "removeDocumentById", "Removes a document by its SID.", Parameter.Sid("documentId", "ET", "document"), Parameter.IfMatch);

    /// <summary>Removes a document by its SID.</summary>
    [Function("removeDocumentById")]
    public Task<IResult> RemoveDocumentById(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocumentById")] HttpRequest request) =>
        functions.RunAsync(request, RemoveDocumentByIdDeclaration, (store, documentId, ifMatch, cancelled) =>
            store.RemoveDocumentByIdAsync(documentId, ifMatch, cancelled));
}
