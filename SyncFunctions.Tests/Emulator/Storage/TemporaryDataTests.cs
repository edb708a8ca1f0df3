using SyncFunctions.Emulator.Storage;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>Data that ends with the process.</summary>
public sealed class TemporaryDataTests : IDisposable
{
    private readonly TemporaryFolder parent = new();

    public void Dispose() => parent.Dispose();

    [Fact]
    public async Task Data_of_a_killed_emulator_is_removed_and_data_in_use_is_not()
    {
        string abandoned = Folder("sync-emulator-1");
        string running = Folder("sync-emulator-2");
        string other = Folder("something-else");
        await File.WriteAllTextAsync(Path.Combine(abandoned, "sync.db"), "");
        using DataFile held = DataFile.Take(Path.Combine(running, "sync.db"));

        TemporaryData.RemoveAbandoned(parent.Path, DateTime.UtcNow.AddMinutes(2));

        (Directory.Exists(abandoned), Directory.Exists(running), Directory.Exists(other)).Should().Be((false, true, true));
    }

    [Fact]
    public void A_young_folder_may_belong_to_an_emulator_that_is_about_to_take_its_file()
    {
        string young = Folder("sync-emulator-1");

        TemporaryData.RemoveAbandoned(parent.Path, DateTime.UtcNow);

        Directory.Exists(young).Should().BeTrue();
    }

    [Fact]
    public void Only_its_owner_may_look_into_the_folder_and_it_ends_with_the_data()
    {
        string folder;
        using (TemporaryData data = TemporaryData.Create())
        {
            folder = Path.GetDirectoryName(data.FilePath)!;
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(folder).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        Directory.Exists(folder).Should().BeFalse();
    }

    private string Folder(string name) => Directory.CreateDirectory(parent.File(name)).FullName;
}
