using System.Globalization;

namespace SyncFunctions.Emulator.Tool;

/// <summary>Formats the result of an import or an export.</summary>
internal static class TransferText
{
    /// <summary>One line.</summary>
    public static string Of(string what, string file, EmulatorTransfer transfer)
    {
        string replaced = transfer.Replaced == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({transfer.Replaced} replaced)");
        return string.Create(
            CultureInfo.InvariantCulture, $"{what} {file}: {transfer.Objects} objects{replaced}, {transfer.Items} items, {transfer.Permissions} permissions.");
    }
}
