using System.Globalization;
using System.Reflection;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

using Newtonsoft.Json;

using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace SyncFunctions.Tests.OpenApi;

/// <summary>A client that NSwag generates out of a description, and that is compiled here.</summary>
internal sealed class GeneratedClient
{
    private readonly object client;
    private readonly Type type;

    private GeneratedClient(Type type, HttpClient http)
    {
        this.type = type;
        client = Activator.CreateInstance(type, http)!;
    }

    /// <summary>Generates and compiles a client.</summary>
    /// <param name="http">With the address of the functions.</param>
    public static async Task<GeneratedClient> MakeAsync(string description, HttpClient http)
    {
        NSwag.OpenApiDocument document = await NSwag.OpenApiDocument.FromJsonAsync(description);
        CSharpClientGeneratorSettings settings = new()
        {
            ClassName = "FunctionsClient",
            UseBaseUrl = false,
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
            CSharpGeneratorSettings = { Namespace = "Generated" },
        };
        return new GeneratedClient(Compile(new CSharpClientGenerator(document, settings).GenerateFile()).GetType("Generated.FunctionsClient")!, http);
    }

    /// <summary>Makes a call.</summary>
    /// <param name="parameters">By name, as JSON.</param>
    /// <returns>The status of a failure; <see langword="null"/> if there is none.</returns>
    public async Task<int?> CallAsync(string operation, IReadOnlyDictionary<string, string> parameters)
    {
        MethodInfo method = type.GetMethods().Single(candidate =>
            candidate.Name.Equals($"{operation}Async", StringComparison.OrdinalIgnoreCase) && candidate.GetParameters() is not [.., { ParameterType.Name: "CancellationToken" }]);
        object?[] arguments = [.. method.GetParameters().Select(parameter => Argument(parameter, parameters))];
        try
        {
            await (Task)method.Invoke(client, arguments)!;
            return null;
        }
        catch (Exception exception) when (exception.GetType().FullName!.StartsWith("Generated.ApiException", StringComparison.Ordinal))
        {
            int status = (int)exception.GetType().GetProperty("StatusCode")!.GetValue(exception)!;
            // A response that could not be read is not an error of the function.
            return exception.InnerException is null ? status : throw new InvalidOperationException($"{operation}: {exception.Message}", exception);
        }
    }

    private static object? Argument(ParameterInfo parameter, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameter.Name == "body")
        {
            return parameter.ParameterType == typeof(string) ? "" : parameter.ParameterType == typeof(Stream) ? new MemoryStream()
                : parameter.ParameterType.Name == "FileParameter" ? Activator.CreateInstance(parameter.ParameterType, new MemoryStream(), "snapshot", "application/x-ndjson")
                : JsonConvert.DeserializeObject($"{{{string.Join(',', parameters.Select(given => $"\"{given.Key}\":{given.Value}"))}}}", parameter.ParameterType);
        }

        return parameters.FirstOrDefault(given => given.Key.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)).Value is { } value
            ? JsonConvert.DeserializeObject(value, parameter.ParameterType)
            : null;
    }

    private static Assembly Compile(string code)
    {
        // The assemblies of this process; those of the tests are not the client's.
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll" or "Newtonsoft.Json.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Generated", [CSharpSyntaxTree.ParseText(code)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using MemoryStream assembly = new();
        compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(error => string.Create(CultureInfo.InvariantCulture, $"{error}")).Should().BeEmpty();
        return Assembly.Load(assembly.ToArray());
    }
}
