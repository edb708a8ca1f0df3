namespace SyncFunctions.Functions.Results;

/// <summary>The app does not allow this for any caller.</summary>
internal sealed class ForbiddenException(string message) : Exception(message);
