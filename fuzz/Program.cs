using System.Globalization;

using SyncFunctions.Fuzz;

// dotnet run --project fuzz -- [campaign] [size] [seed]
string[] chosen = args is [var named, ..] && named != "all" ? [named] : [.. Campaign.Names];
if (chosen.FirstOrDefault(name => !Campaign.Names.Contains(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no campaign {unknown}; there are {string.Join(", ", Campaign.Names)}, and all.");
    return 1;
}

int size = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
bool isClean = true;

// Hides the app's start-up report.
TextWriter terminal = Console.Out;
Console.SetOut(TextWriter.Null);
foreach (string name in chosen)
{
    CampaignReport report = await Campaign.RunAsync(name, size, seed);
    terminal.WriteLine(report);
    foreach (string finding in report.Findings.Take(20))
    {
        terminal.WriteLine($"  {finding}");
    }

    isClean &= report.Findings.Count == 0;
}

return isClean ? 0 : 1;
