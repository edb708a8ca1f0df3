// The three types that the function classes use of the Functions worker, for the build without it.
namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function.</summary>
/// <param name="name">The function's name.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Marks the parameter that gets the request, and says which requests those are.</summary>
/// <param name="authLevel">The key that a call needs.</param>
/// <param name="methods">The HTTP methods, in lower case.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[] Methods { get; } = methods;

    /// <summary>The route below the prefix.</summary>
    public string? Route { get; set; }
}

/// <summary>The key that a call needs, with the numbers of the original.</summary>
internal enum AuthorizationLevel
{
    Anonymous = 0,
    Function = 2,
    Admin = 4,
}
