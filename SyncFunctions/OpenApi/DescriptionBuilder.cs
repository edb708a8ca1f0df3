using System.Net.Mime;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

using SyncFunctions.Client;
using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Functions.Results;
using SyncFunctions.Store.Snapshots;

namespace SyncFunctions.OpenApi;

/// <summary>Describes all functions, from the <see cref="FunctionCatalog"/> alone.</summary>
internal sealed class DescriptionBuilder
{
    private const string Json = MediaTypeNames.Application.Json;
    private const string Form = MediaTypeNames.Application.FormUrlEncoded;
    private const string ProblemJson = MediaTypeNames.Application.ProblemJson;
    private const string HeaderKey = "functionKey";
    private const string QueryKey = "functionKeyInQuery";
    private const string Signature = "twilioSignature";

    // The functions that are of no use in a Power Platform app.
    private static readonly string[] NotShown = ["webhook", "join", "openapi", "openapiV2"];

    private readonly OpenApiDocument document;
    private readonly ResultSchemas results;
    private readonly ParameterSchemas parameters;
    private readonly bool isSwagger;

    private DescriptionBuilder(ApiAddress address, bool isSwagger)
    {
        this.isSwagger = isSwagger;
        document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = "SyncFunctions",
                Version = typeof(DescriptionBuilder).Assembly.GetName().Version!.ToString(3),
                Description = "Twilio Sync behind plain HTTP functions: documents, lists, maps and message streams, by name. "
                    + "A parameter may be given in the body or in the query; the body takes precedence.",
                License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
            },
            Servers = [new OpenApiServer { Url = address.Server }],
            Paths = [],
            Components = new OpenApiComponents { SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>() },
            Tags = FunctionCatalog.All.Select(function => function.Capability).DistinctBy(capability => capability.Name)
                .OrderBy(capability => capability.Name, StringComparer.Ordinal)
                .Select(capability => new OpenApiTag { Name = capability.Name, Description = capability.Summary }).ToHashSet(),
        };
        results = new ResultSchemas(document, TypeDocumentation.Read(), isSwagger);
        parameters = new ParameterSchemas(isSwagger);
    }

    /// <summary>Builds the description in OpenAPI 3.1.</summary>
    public static OpenApiDocument Build(ApiAddress address) => new DescriptionBuilder(address, isSwagger: false).Build();

    /// <summary>
    /// Builds the description in Swagger 2.0, in the form that custom connectors of Power Platform and Logic Apps read: with one body and one key for
    /// each operation, and one type for each value.
    /// </summary>
    public static OpenApiDocument BuildSwagger(ApiAddress address) => new DescriptionBuilder(address, isSwagger: true).Build();

    private OpenApiDocument Build()
    {
        AddSecurity();
        foreach (FunctionMethod function in FunctionCatalog.All.Where(function => !function.Declaration.IsPage))
        {
            OpenApiPathItem path = new();
            foreach (string method in function.Methods)
            {
                path.AddOperation(new HttpMethod(method), Operation(function, method));
            }

            document.Paths.Add($"/{function.Route}", path);
        }

        return document;
    }

    private void AddSecurity()
    {
        AddSecurity(HeaderKey, "x-functions-key", ParameterLocation.Header, "A key of the function, or one for all functions.");
        if (!isSwagger)
        {
            AddSecurity(QueryKey, "code", ParameterLocation.Query, "The same in the query.");
            AddSecurity(Signature, "X-Twilio-Signature", ParameterLocation.Header, "Twilio's signature of the URL and the body.");
        }

        document.Security = Keys();
    }

    private void AddSecurity(string id, string name, ParameterLocation location, string description) =>
        document.AddComponent<IOpenApiSecurityScheme>(
            id, new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, Name = name, In = location, Description = description });

    private List<OpenApiSecurityRequirement> Keys() => isSwagger ? [Needs(HeaderKey)] : [Needs(HeaderKey), Needs(QueryKey)];

    private OpenApiSecurityRequirement Needs(string id) => new() { [new OpenApiSecuritySchemeReference(id, document)] = [] };

    private OpenApiOperation Operation(FunctionMethod function, string method)
    {
        FunctionDeclaration declaration = function.Declaration;
        bool hasBody = HttpMethods.IsPost(method);
        // The operation is named after the method with a body, because parameters keep their types in a body.
        bool isFirst = hasBody || !function.Methods.Contains(HttpMethods.Post);
        bool areInQuery = !hasBody || declaration.TakesSnapshot;
        return new OpenApiOperation
        {
            OperationId = isFirst ? function.Name : $"{function.Name}ByQuery",
            Summary = declaration.Summary.TrimEnd('.'),
            Description = declaration.Summary,
            Tags = new HashSet<OpenApiTagReference> { new(function.Capability.Name, document) },
            Parameters =
            [
                .. declaration.RouteParameters.Select(parameter => Outside(parameter, ParameterLocation.Path)),
                .. areInQuery ? declaration.Parameters.Select(parameter => Outside(parameter, ParameterLocation.Query)) : [],
            ],
            RequestBody = !hasBody ? null : declaration.TakesSnapshot ? Snapshot() : Body(function),
            Responses = Responses(function, hasBody),
            // Null means the document's own security. Swagger's writer leaves out an empty list.
            Security = function.NeedsKey ? null : isSwagger ? [new OpenApiSecurityRequirement()] : function.Name == "webhook" ? [Needs(Signature)] : [],
            Extensions = isSwagger ? PowerPlatform.Of(isFirst && !NotShown.Contains(function.Name)) : null,
        };
    }

    private OpenApiParameter Outside(Parameter parameter, ParameterLocation location)
    {
        OpenApiSchema schema = parameters.Of(parameter);
        JsonNode? example = isSwagger ? null : parameters.Example(parameter);
        string description = ParameterSchemas.Describe(parameter);
        IDictionary<string, IOpenApiExtension>? extensions = schema.Extensions;
        (schema.Description, schema.Examples, schema.Extensions) = (null, null, null);
        bool isList = schema.Type is JsonSchemaType.Array;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = location,
            Description = description,
            Required = location == ParameterLocation.Path || parameter.IsRequired,
            Schema = schema,
            // Values separated by commas.
            Style = isList ? ParameterStyle.Form : null,
            Explode = !isList && location == ParameterLocation.Query,
            Example = example,
            Extensions = extensions,
        };
    }

    private OpenApiRequestBody? Body(FunctionMethod function)
    {
        FunctionDeclaration declaration = function.Declaration;
        if (declaration.Parameters.Count == 0)
        {
            return null;
        }

        string name = $"{char.ToUpperInvariant(function.Name[0])}{function.Name[1..]}";
        OpenApiRequestBody body = new()
        {
            Required = declaration.Parameters.Any(parameter => parameter.IsRequired),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Json] = new OpenApiMediaType { Schema = Component($"{name}Parameters", declaration.Parameters, isForm: false), Example = Example(declaration) },
            },
        };
        if (isSwagger)
        {
            body.Extensions = new Dictionary<string, IOpenApiExtension> { ["x-bodyName"] = new JsonNodeExtension("body") };
        }
        else
        {
            bool differs = declaration.Parameters.Any(parameter => parameter is { TakesOtherFields: true, IsRequired: true });
            body.Content[Form] = new OpenApiMediaType
            {
                Schema = differs ? Component($"{name}Form", declaration.Parameters, isForm: true) : body.Content[Json].Schema,
                Encoding = Encoding(declaration),
            };
        }

        return body;
    }

    private OpenApiSchemaReference Component(string name, IReadOnlyList<Parameter> declared, bool isForm)
    {
        document.AddComponent<IOpenApiSchema>(name, parameters.Of(declared, isForm));
        return new OpenApiSchemaReference(name, document);
    }

    private JsonObject? Example(FunctionDeclaration declaration) => isSwagger ? null : new JsonObject(
        declaration.Parameters.Where(parameter => parameter.IsRequired).Select(parameter => KeyValuePair.Create(parameter.Name, parameters.Example(parameter))));

    // In a form, an object or a list of objects is JSON text, and a list of texts is separated by commas.
    private static Dictionary<string, OpenApiEncoding>? Encoding(FunctionDeclaration declaration)
    {
        Dictionary<string, OpenApiEncoding> encoding = declaration.Parameters
            .Where(parameter => parameter.Kind is ParameterKind.JsonObject or ParameterKind.JsonObjects or ParameterKind.JsonPatch or ParameterKind.ObjectList)
            .ToDictionary(parameter => parameter.Name, _ => new OpenApiEncoding { ContentType = Json });
        foreach (Parameter list in declaration.Parameters.Where(parameter => parameter.Kind is ParameterKind.Choices or ParameterKind.Texts))
        {
            encoding[list.Name] = new OpenApiEncoding { Style = ParameterStyle.Form, Explode = false };
        }

        return encoding.Count == 0 ? null : encoding;
    }

    private OpenApiRequestBody Snapshot() => new()
    {
        // In Swagger, client generators would take a body of bytes for JSON.
        Required = true,
        Description = $"The snapshot: at most {SnapshotBody.MaximumSize / (1024 * 1024)} MiB.",
        Content = new Dictionary<string, IOpenApiMediaType> { [SnapshotFormat.MediaType] = Text(isSwagger ? MediaTypeNames.Text.Plain : SnapshotFormat.MediaType) },
    };

    private OpenApiResponses Responses(FunctionMethod function, bool hasBody)
    {
        OpenApiResponses responses = [];
        foreach (IGrouping<int, FunctionAnswer> answers in function.Declaration.Answers.GroupBy(answer => answer.Status))
        {
            responses.Add(Key(answers.Key), Response([.. answers]));
        }

        foreach (int status in Failures(function, hasBody).Distinct().Order())
        {
            responses.TryAdd(Key(status), isSwagger ? Failure(status) : Shared(status));
        }

        return responses;
    }

    private static string Key(int status) => $"{status}";

    private OpenApiResponse Response(FunctionAnswer[] answers)
    {
        FunctionAnswer first = answers[0];
        OpenApiResponse response = new()
        {
            Description = first.Description ?? first.Type switch
            {
                null => "Success, without a body.",
                _ when first.Type == typeof(string) => "A text.",
                _ => "The function's result.",
            },
        };
        // Swagger has one schema for all media types of a response.
        IEnumerable<FunctionAnswer> written = answers.Where(answer => answer.Type is not null).Take(isSwagger ? 1 : answers.Length);
        response.Content = written.ToDictionary(answer => answer.MediaType, answer => answer.MediaType == Json
            ? (IOpenApiMediaType)new OpenApiMediaType { Schema = results.Of(answer.Type!, answer.IsNullable) }
            : Text(answer.MediaType));
        if (typeof(IRevisioned).IsAssignableFrom(first.Type))
        {
            response.Headers = Header("ETag", "The revision.");
        }

        return response;
    }

    // Content that is not plain text is binary.
    private static OpenApiMediaType Text(string mediaType) => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = mediaType == MediaTypeNames.Text.Plain ? null : "binary" },
    };

    // Errors are the same for all functions: OpenAPI refers to shared responses. Power Platform does not read such references.
    private OpenApiResponseReference Shared(int status)
    {
        string name = ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);
        if (document.Components!.Responses?.ContainsKey(name) != true)
        {
            document.AddComponent<IOpenApiResponse>(name, Failure(status));
        }

        return new OpenApiResponseReference(name, document);
    }

    private OpenApiResponse Failure(int status)
    {
        OpenApiResponse response = new()
        {
            Description = FailureTexts.Of(status),
            Content = status == StatusCodes.Status304NotModified
                ? null
                : new Dictionary<string, IOpenApiMediaType> { [ProblemJson] = new OpenApiMediaType { Schema = results.Of(typeof(ProblemBody)) } },
        };
        if (status == StatusCodes.Status429TooManyRequests)
        {
            response.Headers = Header("Retry-After", "The number of seconds after which to retry.");
        }

        return response;
    }

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description) => new()
    {
        [name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
    };

    // The statuses that the declaration names, and those that parameters, a body, a key and Sync can cause.
    private static IEnumerable<int> Failures(FunctionMethod function, bool hasBody)
    {
        FunctionDeclaration declaration = function.Declaration;
        bool readsCall = declaration.Parameters.Count > 0;
        return
        [
            .. declaration.Failures.Select(status => (int)status),
            .. function.NeedsKey ? [StatusCodes.Status401Unauthorized] : Array.Empty<int>(),
            .. readsCall ? FailureTexts.OfCalls : [],
            .. readsCall && hasBody ? FailureTexts.OfBodies : [],
            .. declaration.HasParameter("ifMatch") ? [StatusCodes.Status412PreconditionFailed] : Array.Empty<int>(),
        ];
    }
}
