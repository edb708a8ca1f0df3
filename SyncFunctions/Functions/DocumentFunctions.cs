using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace SyncFunctions.Functions;

/// <summary>The functions of Sync documents.</summary>
public sealed class DocumentFunctions(FunctionRunner functions)
{
    /// <summary>Creates a document: <c>docName</c>, <c>data</c>, <c>ttl</c>.</summary>
    [Function("createDocument")]
    public Task<IResult> CreateDocument([HttpTrigger(AuthorizationLevel.Function, "post", Route = "createDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.CreateDocumentAsync(parameters.Name("docName"), parameters.Data(), parameters.Ttl(), cancelled));

    /// <summary>Gets a document: <c>docName</c>.</summary>
    [Function("getDocument")]
    public Task<IResult> GetDocument([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "getDocument")] HttpRequest request) =>
        functions.RunAsync(request, (store, parameters, cancelled) =>
            store.GetDocumentAsync(parameters.Name("docName"), cancelled));

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
                parameters.Name("docName"), parameters.Data(), parameters.Ttl(canKeep: true), parameters.IfMatch(), cancelled));

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
