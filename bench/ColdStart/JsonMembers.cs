using System.Text.Json;

namespace SyncFunctions.Tests.Support;

/// <summary>What the tests' part of the Functions host takes from elsewhere in the tests.</summary>
internal static class JsonMembers
{
    public static string Text(this JsonElement resource, string member) => resource.GetProperty(member).GetString()!;
}
