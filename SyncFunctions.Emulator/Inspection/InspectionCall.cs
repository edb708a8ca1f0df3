using System.Globalization;

using Microsoft.AspNetCore.Http;

using SyncFunctions.Emulator.Protocol;

namespace SyncFunctions.Emulator.Inspection;

/// <summary>An inspection request with its parameters: those of the query, or of the form of a POST. An empty parameter is ignored.</summary>
internal sealed class InspectionCall
{
    private const int DefaultPage = 50;
    private const int MaximumPage = 100;

    private readonly HttpRequest request;
    private readonly IFormCollection? form;

    private InspectionCall(HttpRequest request, IFormCollection? form) => (this.request, this.form) = (request, form);

    public string Method => request.Method;

    public CancellationToken Cancelled => request.HttpContext.RequestAborted;

    /// <summary>Gets the maximum number of entries in a page.</summary>
    public int PageSize => (int)(Number("pageSize", 1, MaximumPage) ?? DefaultPage);

    /// <summary>Gets the id below which entries are read, or <see langword="null"/> for no limit.</summary>
    public long? Before => Number("before", 1, long.MaxValue);

    /// <summary>Gets the id above which entries are read, or <see langword="null"/> for the newest entries.</summary>
    public long? After => Number("after", 0, long.MaxValue);

    /// <summary>Reads a request.</summary>
    public static async Task<InspectionCall> ReadAsync(HttpRequest request) => new(request, await RequestForm.ReadAsync(request));

    /// <summary>Reads a text, or returns <see langword="null"/> if it was not given.</summary>
    public string? Text(string name)
    {
        string? text = HttpMethods.IsPost(request.Method) ? form?[name] : request.Query[name];
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Reads a whole number, or returns <see langword="null"/> if it was not given.</summary>
    /// <exception cref="ProtocolException">It is not a whole number, or out of range.</exception>
    public long? Number(string name, long minimum, long maximum) => Text(name) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= minimum && number <= maximum => number,
        _ => throw ProtocolErrors.InvalidParameter(
            name, maximum == long.MaxValue ? $"must be a whole number of {minimum} or more" : $"must be a whole number from {minimum} to {maximum}"),
    };

    /// <summary>Reads one of a few words, or returns <see langword="null"/> if it was not given.</summary>
    /// <exception cref="ProtocolException">It is another word.</exception>
    public string? Word(string name, params IReadOnlyList<string> words) => Text(name) switch
    {
        null => null,
        { } text when words.Contains(text) => text,
        _ => throw ProtocolErrors.InvalidParameter(name, $"must be {string.Join(", ", words.SkipLast(1))} or {words[^1]}"),
    };

    /// <summary>Reads a filter of statuses: one, such as <c>404</c>, or a class, such as <c>4xx</c>. Without it, all statuses match.</summary>
    /// <param name="none">The word for entries without a status, or <see langword="null"/> if all have one.</param>
    /// <exception cref="ProtocolException">It is not a status or class.</exception>
    public Func<int?, bool> Status(string? none = null) => Text("status") switch
    {
        null => _ => true,
        { } text when none is not null && text == none => status => status is null,
        [>= '1' and <= '5' and var digit, 'x', 'x'] => status => status / 100 == digit - '0',
        [>= '1' and <= '5', >= '0' and <= '9', >= '0' and <= '9'] text => status => status == int.Parse(text, CultureInfo.InvariantCulture),
        _ => throw ProtocolErrors.InvalidParameter(
            "status", $"must be an HTTP status, such as 404, or a class of them, such as 4xx{(none is null ? "" : $", or {none}")}"),
    };
}
