namespace SyncFunctions.Functions.Results;

/// <summary>The app does not let anybody do this, whoever calls.</summary>
internal sealed class ForbiddenException(string message) : Exception(message);
