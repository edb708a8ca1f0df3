using System.Collections.Concurrent;
using System.Reflection;

using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Functions.Binding;

namespace SyncFunctions.Functions;

/// <summary>
/// The HTTP functions of this assembly: the methods with <c>[Function]</c> and <c>[HttpTrigger]</c>, each with its
/// <see cref="FunctionDeclaration"/>.
/// </summary>
internal static class FunctionCatalog
{
    /// <summary>Gets every function, by name.</summary>
    public static IReadOnlyList<FunctionMethod> All { get; } =
    [
        .. from type in typeof(FunctionCatalog).Assembly.GetExportedTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = function is null ? null : method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()
           where trigger is not null
           orderby function!.Name
           select new FunctionMethod(method, DeclarationOf(type, function!.Name), trigger),
    ];

    private static readonly Dictionary<string, FunctionMethod> ByName = All.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the function of a name, which is not case-sensitive; <see langword="null"/> if there is none.</summary>
    public static FunctionMethod? Find(string name) => ByName.GetValueOrDefault(name);

    // The declaration is a static field of the function's class.
    private static FunctionDeclaration DeclarationOf(Type type, string name) => type
        .GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(field => field.FieldType.IsAssignableTo(typeof(FunctionDeclaration)))
        .Select(field => (FunctionDeclaration)field.GetValue(null)!)
        .Single(declaration => declaration.Name == name);
}

/// <summary>One function.</summary>
internal sealed class FunctionMethod(MethodInfo method, FunctionDeclaration declaration, HttpTriggerAttribute trigger)
{
    // Created when a class is first used, because it takes time, and most functions of an app are never called.
    private static readonly ConcurrentDictionary<Type, ObjectFactory> Factories = new();

    private readonly MethodInvoker invoker = MethodInvoker.Create(method);
    private readonly string[] routeParameters = [.. method.GetParameters().Skip(1).Select(parameter => parameter.Name!)];

    /// <summary>Gets its name.</summary>
    public string Name => declaration.Name;

    /// <summary>Gets its declaration: its summary and its parameters.</summary>
    public FunctionDeclaration Declaration => declaration;

    /// <summary>Gets the common topic of its class's functions.</summary>
    public CapabilityAttribute Capability => method.DeclaringType!.GetCustomAttribute<CapabilityAttribute>()!;

    /// <summary>Gets its route below the prefix.</summary>
    public string Route => trigger.Route ?? declaration.Name;

    /// <summary>Gets the HTTP methods that it accepts, in upper case.</summary>
    public IReadOnlyList<string> Methods { get; } = [.. (trigger.Methods ?? []).Select(name => name.ToUpperInvariant())];

    /// <summary>
    /// Tells whether it accepts an HTTP method. A function that accepts GET accepts HEAD too; the web server then sends no body (RFC 9110, 9.3.2).
    /// </summary>
    public bool Takes(string method) => Methods.Contains(method) || (HttpMethods.IsHead(method) && Methods.Contains(HttpMethods.Get));

    /// <summary>Gets whether a call needs a function key.</summary>
    public bool NeedsKey => trigger.AuthLevel != AuthorizationLevel.Anonymous;

    /// <summary>Calls it as the worker does: on a new instance of its class.</summary>
    public Task<IResult> InvokeAsync(HttpRequest request) =>
        (Task<IResult>)invoker.Invoke(Create(request.HttpContext.RequestServices), Arguments(request).AsSpan())!;

    private object Create(IServiceProvider services) =>
        Factories.GetOrAdd(method.DeclaringType!, type => ActivatorUtilities.CreateFactory(type, []))(services, []);

    // The parameters after the request come from the route.
    private object?[] Arguments(HttpRequest request) =>
        routeParameters.Length == 0 ? [request] : [request, .. routeParameters.Select(name => request.RouteValues[name] as string)];
}
