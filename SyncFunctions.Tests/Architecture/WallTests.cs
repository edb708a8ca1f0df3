using System.Reflection;

using NetArchTest.Rules;

using SyncFunctions.Client;
using SyncFunctions.Emulator;

namespace SyncFunctions.Tests.Architecture;

/// <summary>Checks in the compiled assemblies that no folder uses what it must not know.</summary>
public sealed class WallTests
{
    private const string AspNetCore = "Microsoft.AspNetCore";
    private const string FunctionsWorker = "Microsoft.Azure.Functions.Worker";

    private static readonly Assembly App = typeof(SyncClient).Assembly;
    private static readonly Assembly Service = typeof(EmulatorServer).Assembly;

    /// <summary>A folder of the app, and what it must not know.</summary>
    public static TheoryData<string, string[]> AppWalls => new()
    {
        {
            "SyncFunctions.Client",
            [
                "SyncFunctions.Store", "SyncFunctions.Functions", "SyncFunctions.Configuration", "SyncFunctions.Hosting", "SyncFunctions.Emulator",
                AspNetCore, FunctionsWorker,
            ]
        },
        {
            "SyncFunctions.Store",
            ["SyncFunctions.Functions", "SyncFunctions.Configuration", "SyncFunctions.Hosting", "SyncFunctions.Emulator", AspNetCore, FunctionsWorker]
        },
        { "SyncFunctions.Configuration", ["SyncFunctions.Functions", "SyncFunctions.Hosting", "SyncFunctions.Emulator", AspNetCore, FunctionsWorker] },
        { "SyncFunctions.Functions", ["SyncFunctions.Hosting", "SyncFunctions.Emulator", "SyncFunctions.OpenApi"] },
        { "SyncFunctions.OpenApi", ["SyncFunctions.Hosting", "SyncFunctions.Emulator", "SyncFunctions.Configuration"] },
        { "SyncFunctions.Functions.Binding", [FunctionsWorker] },
        { "SyncFunctions.Functions.SignIn", ["SyncFunctions.Functions.Binding", "SyncFunctions.Functions.Results", "SyncFunctions.Store", FunctionsWorker] },
        { "SyncFunctions.Functions.Results", ["SyncFunctions.Functions.Binding", FunctionsWorker] },
        { "SyncFunctions.Hosting.Local", ["SyncFunctions.Emulator", "SyncFunctions.Client", "SyncFunctions.Store"] },
    };

    /// <summary>A folder of the emulator, and what it must not know.</summary>
    public static TheoryData<string, string[]> EmulatorWalls
    {
        get
        {
            string[] ways =
            [
                "SyncFunctions.Emulator.Rest", "SyncFunctions.Emulator.Realtime", "SyncFunctions.Emulator.Webhooks", "SyncFunctions.Emulator.Inspection",
            ];
            const string Model = "SyncFunctions.Emulator.Model";
            const string Storage = "SyncFunctions.Emulator.Storage";
            const string Engine = "SyncFunctions.Emulator.Engine";
            const string Protocol = "SyncFunctions.Emulator.Protocol";
            const string Recording = "SyncFunctions.Emulator.Recording";
            TheoryData<string, string[]> walls = new()
            {
                { Model, [Storage, Engine, Protocol, Recording, .. ways, AspNetCore, "Microsoft.Data.Sqlite"] },
                { Storage, [Engine, Protocol, Recording, .. ways, AspNetCore] },
                { Engine, [Protocol, Recording, .. ways, AspNetCore, "Microsoft.Data.Sqlite"] },
                { "SyncFunctions.Emulator.Snapshots", [Storage, Engine, Recording, .. ways, AspNetCore, "Microsoft.Data.Sqlite"] },
                { Protocol, [Storage, Recording, .. ways, "Microsoft.Data.Sqlite"] },
                // Records that the entrances share. They know it, and it does not know them.
                { Recording, [Storage, Engine, Protocol, .. ways, AspNetCore, "Microsoft.Data.Sqlite"] },
            };
            foreach (string way in ways)
            {
                walls.Add(way, [Storage, "Microsoft.Data.Sqlite", .. ways.Where(other => other != way)]);
            }

            return walls;
        }
    }

    [Theory]
    [MemberData(nameof(AppWalls))]
    public void A_folder_of_the_app_knows_only_what_lies_below_it(string folder, string[] unknown) => Check(App, folder, unknown);

    [Theory]
    [MemberData(nameof(EmulatorWalls))]
    public void A_folder_of_the_emulator_knows_only_what_lies_below_it(string folder, string[] unknown) => Check(Service, folder, unknown);

    [Fact]
    public void A_capability_of_the_store_knows_no_other()
    {
        string[] capabilities = [.. App.GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(space => space.StartsWith("SyncFunctions.Store.", StringComparison.Ordinal) && space != "SyncFunctions.Store.Json")
            .Distinct()];

        capabilities.Should().NotBeEmpty();
        foreach (string capability in capabilities)
        {
            // Jobs run the operations of the other folders.
            if (capability != "SyncFunctions.Store.Jobs" && capabilities.Length > 1)
            {
                Check(App, capability, [.. capabilities.Where(other => other != capability)]);
            }
        }
    }

    [Fact]
    public void The_app_uses_only_the_emulators_public_types()
    {
        Type[] shown = [.. Service.GetExportedTypes()];

        shown.Should().OnlyContain(type => type.Namespace == null || type.Namespace == "SyncFunctions.Emulator", "everything else is internal to the emulator");
        Service.GetReferencedAssemblies().Should().NotContain(assembly => assembly.Name == App.GetName().Name);
    }

    private static void Check(Assembly assembly, string folder, string[] unknown)
    {
        NetArchTest.Rules.TestResult result = Types.InAssembly(assembly).That().ResideInNamespace(folder).Should().NotHaveDependencyOnAny(unknown).GetResult();

        result.SelectedTypesForTesting.Should().NotBeEmpty("an empty selection would always pass");
        result.FailingTypes.Select(type => $"{type.FullName}: {type.Explanation}").Should().BeEmpty();
    }
}
