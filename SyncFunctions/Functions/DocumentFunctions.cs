using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Store;
using SyncFunctions.Store.Json;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync documents.</summary>
public sealed class DocumentFunctions(FunctionRunner functions)
{
    /// <summary>Creates a document: <c>docName</c>, <c>data</c>, <c>ttl</c>.</summary>
    [Function("createDocument")]
    public Task<IResult> CreateDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.CreateDocumentAsync(parameters.Name("docName"), ttl: parameters.Ttl(), data: parameters.Data(), cancellationToken: cancelled));

    /// <summary>Gets a document, and creates it where there is none: <c>docName</c>, <c>data</c> (<c>{}</c>), <c>ttl</c>.</summary>
    [Function("openDocument")]
    public Task<IResult> OpenDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "openDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.OpenDocumentAsync(
                parameters.Name("docName"), ttl: parameters.Ttl(), data: parameters.OptionalData() ?? JsonObjectText.Empty,
                cancellationToken: cancelled));

    /// <summary>Gets a document: <c>docName</c>.</summary>
    [Function("getDocument")]
    public Task<IResult> GetDocument([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetDocumentAsync(parameters.Name("docName"), cancelled));

    /// <summary>Gets a page of the documents: <c>pageSize</c>, <c>pageToken</c>.</summary>
    [Function("getDocuments")]
    public Task<IResult> GetDocuments([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocuments")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetDocumentsAsync(parameters.Page(), cancelled));

    /// <summary>Finds a document's SID, or <c>""</c>: <c>docName</c>.</summary>
    [Function("searchDocument")]
    public Task<IResult> SearchDocument([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "searchDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.SearchDocumentAsync(parameters.Name("docName"), cancelled));

    /// <summary>Replaces a document's data: <c>docName</c>, <c>data</c>, <c>ttl</c>, <c>ifMatch</c>.</summary>
    [Function("updateDocument")]
    public Task<IResult> UpdateDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "updateDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.UpdateDocumentAsync(
                parameters.Name("docName"), ttl: parameters.Ttl(canKeep: true), ifMatch: parameters.IfMatch(),
                data: parameters.Data(), cancellationToken: cancelled));

    /// <summary>Merges a patch into a document's data: <c>docName</c>, <c>patch</c>, <c>ttl</c> (<c>keep</c>), <c>ifMatch</c>.</summary>
    [Function("patchDocument")]
    public Task<IResult> PatchDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "patchDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.PatchDocumentAsync(
                parameters.Name("docName"), parameters.Patch(), parameters.Ttl(canKeep: true, SyncTtl.Keep), parameters.IfMatch(), cancelled));

    /// <summary>Adds to a number in a document's data: <c>docName</c>, <c>path</c>, <c>by</c> (1), <c>ifMatch</c>.</summary>
    [Function("incrementDocument")]
    public Task<IResult> IncrementDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "incrementDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.IncrementDocumentAsync(parameters.Name("docName"), parameters.Pointer(), parameters.By(), parameters.IfMatch(), cancelled));

    /// <summary>Removes a document: <c>docName</c>, <c>ifMatch</c>.</summary>
    [Function("removeDocument")]
    public Task<IResult> RemoveDocument([HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveDocumentAsync(parameters.Name("docName"), parameters.IfMatch(), cancelled));

    /// <summary>Removes a document by its SID: <c>documentId</c>, <c>ifMatch</c>.</summary>
    [Function("removeDocumentById")]
    public Task<IResult> RemoveDocumentById(
        [HttpTrigger(AuthorizationLevel.Function, "post", "delete", Route = "removeDocumentById")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.RemoveDocumentByIdAsync(parameters.Sid("documentId", "ET", "document"), parameters.IfMatch(), cancelled));
}
