namespace SyncFunctions.Store;

/// <summary>Is thrown if a parameter of a call cannot be used. Nothing was changed.</summary>
public sealed class ParameterException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="parameter">The parameter's name, or <c>body</c> or <c>query</c> for the whole of one.</param>
    /// <param name="rule">What it must be, as the rest of a sentence: "must be …".</param>
    /// <param name="status">
    /// The HTTP status: 400, or 404 if the named object does not exist, 409 if the current data does not allow the change, 410 if the named object is
    /// over, 412 if a condition is not met, 413 if something is too large, 415 for a body of another type.
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
