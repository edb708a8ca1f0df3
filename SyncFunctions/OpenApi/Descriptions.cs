using System.Security.Cryptography;

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace SyncFunctions.OpenApi;

/// <summary>Holds the descriptions of the functions. Each is built when it is first requested.</summary>
public sealed class Descriptions
{
    private readonly Lazy<Description> openApi;
    private readonly Lazy<Description> swagger;

    /// <summary>Creates the holder.</summary>
    public Descriptions(ApiAddress address)
    {
        openApi = new Lazy<Description>(() => new Description(Write(DescriptionBuilder.Build(address), (document, json) => document.SerializeAsV31(json))));
        swagger = new Lazy<Description>(() => new Description(Write(DescriptionBuilder.BuildSwagger(address), (document, json) => document.SerializeAsV2(json))));
    }

    /// <summary>Gets the description in OpenAPI 3.1.</summary>
    public IResult OpenApi => openApi.Value;

    /// <summary>Gets the description in Swagger 2.0.</summary>
    public IResult Swagger => swagger.Value;

    private static byte[] Write(OpenApiDocument document, Action<OpenApiDocument, OpenApiJsonWriter> write)
    {
        using MemoryStream stream = new();
        using (StreamWriter text = new(stream) { NewLine = "\n" })
        {
            write(document, new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        }

        return stream.ToArray();
    }

    /// <summary>Returns a description, or 304 if the caller already has it.</summary>
    private sealed class Description(byte[] content) : IResult
    {
        private readonly EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"");

        /// <inheritdoc/>
        public Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.Headers.ETag = tag.ToString();
            // May be cached, but must be revalidated.
            response.Headers.CacheControl = "no-cache";
            if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = content.Length;
            return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
        }
    }
}
