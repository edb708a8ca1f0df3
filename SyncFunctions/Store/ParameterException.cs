namespace SyncFunctions.Store;

/// <summary>A parameter of a call cannot be used. Nothing was changed.</summary>
public sealed class ParameterException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="parameter">The parameter's name; <c>body</c> or <c>query</c> for those as a whole.</param>
    /// <param name="rule">What it must be, as a sentence about it: "must be …".</param>
    /// <param name="status">
    /// The HTTP status: 400, or 404 for the name of something that is not there, 409 for what the data as they are do not allow, 410 for the name of
    /// something that is over, 412 for a condition that is not met, 413 for what is too large, 415 for a body of another type.
    /// </param>
    public ParameterException(string parameter, string rule, int status = 400)
        : base($"{parameter} {rule}")
    {
        Parameter = parameter;
        Status = status;
    }

    /// <summary>The parameter's name.</summary>
    public string Parameter { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }
}
