using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>Lists every function with its methods at start, one on each line.</summary>
internal sealed class FunctionList(IServer server) : IStartupNotes
{
    private const int MethodsWidth = 13;

    private readonly string pathBase = HostFile.PathBase(AppContext.BaseDirectory);

    /// <inheritdoc/>
    public string Address => $"{server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()}{pathBase}/";

    /// <inheritdoc/>
    public IEnumerable<string> Lines =>
    [
        "",
        $"Functions at {Address}",
        .. FunctionCatalog.All.Select(function => $"  {string.Join(' ', function.Methods).PadRight(MethodsWidth)} {function.Route}"),
    ];
}
