using Microsoft.AspNetCore.Http;

using SyncFunctions.Store;

namespace SyncFunctions.Functions.Binding;

/// <summary>
/// Reads the revision that a resource must have, from the header <c>If-Match</c> (quoted or bare) or the parameter <c>ifMatch</c>;
/// <see langword="null"/> or <c>*</c> for any.
/// </summary>
internal sealed class RevisionBinding : IBinding<string?>
{
    private static readonly Parameter<string> Declared =
        new("ifMatch", ParameterKind.Revision, "The revision that the resource must have; an alternative to the header If-Match.", Revision) { Example = "\"3\"" };

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => [Declared];

    /// <inheritdoc/>
    public string? Read(FunctionCall call)
    {
        string? header = call.IfMatchHeader() is { } value ? Header(value) : null;
        string? parameter = Declared.Read(call);
        return header is not null && parameter is not null && header != parameter
            ? throw new ParameterException(Declared.Name, "and the header If-Match name different revisions.")
            : (header ?? parameter) is "*" ? null : header ?? parameter;
    }

    // HTTP also has weak tags, but If-Match never matches one (RFC 9110, 13.1.1). Sync has no weak tags.
    private static string Header(ParameterValue value) => value.AsText() is ['W', '/', '"', .. var tag, '"'] && tag.All(IsTagCharacter)
        ? throw new ParameterException(value.Name, "is a weak tag, which matches no revision.", StatusCodes.Status412PreconditionFailed)
        : Revision(value);

    private static bool IsTagCharacter(char character) => character is '!' or (>= '#' and not '\u007f');

    private static string Revision(ParameterValue value)
    {
        string text = value.AsText();
        string revision = text is ['"', .., '"'] ? text[1..^1] : text;
        return revision == "*" || (revision.Length > 0 && revision.All(char.IsAsciiLetterOrDigit))
            ? revision
            : throw value.Refuse("must be one revision, in the form of a resource's ETag, such as \"3\".");
    }
}
