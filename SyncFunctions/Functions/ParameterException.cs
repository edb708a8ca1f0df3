namespace SyncFunctions.Functions;

/// <summary>A parameter of a call cannot be used.</summary>
/// <param name="status">400, or 413 for what is too large, or 415 for a body of another type.</param>
/// <param name="parameter">Its name; <c>body</c> for the request's body as a whole.</param>
/// <param name="rule">What it must be, as a sentence about it: "must be …".</param>
internal sealed class ParameterException(int status, string parameter, string rule) : Exception($"{parameter} {rule}")
{
    public ParameterException(string parameter, string rule)
        : this(400, parameter, rule)
    {
    }

    public int Status { get; } = status;

    public string Parameter { get; } = parameter;
}
