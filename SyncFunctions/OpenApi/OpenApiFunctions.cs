using System.Net;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;

namespace SyncFunctions.OpenApi;

/// <summary>The functions that describe all functions.</summary>
[Capability("App", "The app itself.")]
public sealed class OpenApiFunctions(Descriptions descriptions)
{
    private static readonly FunctionDeclaration<IResult> OpenApiDeclaration = new("openapi", "Describes all functions in OpenAPI 3.1.", usesSync: false)
    {
        AllowsWebhooks = false,
        Answers = [FunctionAnswer.Json<object>(description: "The description.")],
        Failures = [HttpStatusCode.NotModified],
    };

    /// <summary>Describes all functions in OpenAPI 3.1. Needs no key.</summary>
    [Function("openapi")]
    public Task<IResult> OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        Task.FromResult(descriptions.OpenApi);

    private static readonly FunctionDeclaration<IResult> OpenApiV2Declaration = new("openapiV2", "Describes all functions in Swagger 2.0.", usesSync: false)
    {
        AllowsWebhooks = false,
        Answers = [FunctionAnswer.Json<object>(description: "The description.")],
        Failures = [HttpStatusCode.NotModified],
    };

    /// <summary>Describes all functions in Swagger 2.0, as Power Automate and Logic Apps import it. Needs no key.</summary>
    [Function("openapiV2")]
    public Task<IResult> OpenApiV2([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.v2.json")] HttpRequest request) =>
        Task.FromResult(descriptions.Swagger);
}
