using System.Text.Json;

using SyncFunctions.Client;

namespace SyncFunctions.Store;

public sealed partial class SyncStore
{
    /// <summary>Creates a document.</summary>
    /// <param name="docName">Its unique name.</param>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncDocument> CreateDocumentAsync(
        string docName, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Documents.CreateAsync(
            [("UniqueName", docName), ("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Creates a document, and stores its data as exactly this text.</summary>
    /// <param name="docName">Its unique name, or <see langword="null"/> for a document without one.</param>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    public Task<SyncDocument> CreateDocumentAsync(
        string? docName, JsonText data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        service.Documents.CreateAsync(
            [("UniqueName", docName), ("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken: cancellationToken);

    /// <summary>Gets a document by its name, or creates it if there is none.</summary>
    /// <param name="data">The data if it is created: a JSON object of at most 16 KiB.</param>
    /// <param name="ttl">When it expires if it is created.</param>
    public Task<SyncDocument> OpenDocumentAsync(
        string docName, JsonElement data, SyncTtl ttl = default, CancellationToken cancellationToken = default) =>
        OpenAsync(service.Documents, docName, [("Data", data.GetRawText()), ("Ttl", ttl.OnCreate)], cancellationToken);

    /// <summary>Gets a document by its name.</summary>
    public Task<SyncDocument> GetDocumentAsync(string docName, CancellationToken cancellationToken = default) =>
        service.Documents.FetchAsync(docName, cancellationToken);

    /// <summary>Gets a page of the service's documents.</summary>
    public Task<SyncPage<SyncDocument>> GetDocumentsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        PageAsync(service.Documents, page, default, cancellationToken);

    /// <summary>Finds the SID of a document by its name; <c>""</c> if there is none.</summary>
    public Task<string> SearchDocumentAsync(string docName, CancellationToken cancellationToken = default) =>
        SearchAsync(service.Documents, docName, document => document.Sid, cancellationToken);

    /// <summary>Replaces a document's data.</summary>
    /// <param name="data">A JSON object of at most 16 KiB.</param>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<SyncDocument> UpdateDocumentAsync(
        string docName, JsonElement data, SyncTtl ttl = default, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        service.Documents.UpdateAsync(docName, [("Data", data.GetRawText()), ("Ttl", ttl.OnUpdate)], ifMatch, cancellationToken: cancellationToken);

    /// <summary>Removes a document by its name.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveDocumentAsync(string docName, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Documents, docName, ifMatch, cancellationToken);

    /// <summary>Removes a document by its SID.</summary>
    /// <param name="ifMatch">The revision that it must have, or <see langword="null"/> for any.</param>
    public Task<string> RemoveDocumentByIdAsync(string documentId, string? ifMatch = null, CancellationToken cancellationToken = default) =>
        RemoveAsync(service.Documents, documentId, ifMatch, cancellationToken);
}
