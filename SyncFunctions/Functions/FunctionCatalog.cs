using System.Reflection;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace SyncFunctions.Functions;

/// <summary>The functions of this assembly: the methods that bear <c>[Function]</c>.</summary>
internal static class FunctionCatalog
{
    /// <summary>Every function, by name.</summary>
    public static IReadOnlyList<FunctionMethod> All { get; } =
    [
        .. from type in typeof(FunctionCatalog).Assembly.GetExportedTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           orderby function.Name
           select new FunctionMethod(method, function, method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!),
    ];

    private static readonly Dictionary<string, FunctionMethod> ByName = All.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The function of a name, which is not case-sensitive; null where there is none.</summary>
    public static FunctionMethod? Find(string name) => ByName.GetValueOrDefault(name);
}

/// <summary>One function.</summary>
internal sealed class FunctionMethod(MethodInfo method, FunctionAttribute function, HttpTriggerAttribute trigger)
{
    private readonly ObjectFactory create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);

    /// <summary>Its name.</summary>
    public string Name => function.Name;

    /// <summary>Its route below the prefix.</summary>
    public string Route => trigger.Route ?? function.Name;

    /// <summary>The HTTP methods it takes, in upper case.</summary>
    public IReadOnlyList<string> Methods { get; } = [.. (trigger.Methods ?? []).Select(name => name.ToUpperInvariant())];

    /// <summary>Whether a call needs a function key.</summary>
    public bool NeedsKey => trigger.AuthLevel != AuthorizationLevel.Anonymous;

    /// <summary>Calls it, as the worker does: on an instance of its own.</summary>
    public Task<IResult> InvokeAsync(HttpRequest request) =>
        (Task<IResult>)method.Invoke(create(request.HttpContext.RequestServices, []), [.. Arguments(request)])!;

    // Parameters after the request are the route's.
    private IEnumerable<object?> Arguments(HttpRequest request) =>
        [request, .. method.GetParameters().Skip(1).Select(parameter => request.RouteValues[parameter.Name!] as string)];
}
