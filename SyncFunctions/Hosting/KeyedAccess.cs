using Microsoft.AspNetCore.Http;

using SyncFunctions.Functions;

namespace SyncFunctions.Hosting;

/// <summary>The policy if function keys are checked before a function runs: every caller that gets here has one.</summary>
internal sealed class KeyedAccess : IAccessPolicy
{
    /// <inheritdoc/>
    public AccessRefusal? Check(HttpRequest request) => null;

    /// <inheritdoc/>
    public AccessRefusal? CheckOrigin(HttpRequest request) => null;
}
