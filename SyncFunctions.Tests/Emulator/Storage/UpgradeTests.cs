using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using SyncFunctions.Emulator;
using SyncFunctions.Emulator.Storage;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>Files of earlier schema versions are upgraded to the current one, completely or not at all.</summary>
public sealed class UpgradeTests : IDisposable
{
    // What the emulator created until version 2.
    private const string Version1 = """
        CREATE TABLE services (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sid TEXT NOT NULL UNIQUE,
            unique_name TEXT UNIQUE,
            friendly_name TEXT,
            webhook_url TEXT,
            webhooks_from_rest_enabled INTEGER NOT NULL,
            reachability_webhooks_enabled INTEGER NOT NULL,
            acl_enabled INTEGER NOT NULL,
            reachability_debouncing_enabled INTEGER NOT NULL,
            reachability_debouncing_window INTEGER NOT NULL,
            date_created INTEGER NOT NULL,
            date_updated INTEGER NOT NULL);

        CREATE TABLE objects (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            service_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            sid TEXT NOT NULL UNIQUE,
            unique_name TEXT,
            last_event_id INTEGER NOT NULL,
            data TEXT,
            date_created INTEGER NOT NULL,
            date_updated INTEGER NOT NULL,
            date_expires INTEGER,
            created_by TEXT NOT NULL);
        CREATE UNIQUE INDEX objects_name ON objects (service_id, kind, unique_name) WHERE unique_name IS NOT NULL;
        CREATE INDEX objects_page ON objects (service_id, kind, id);
        CREATE INDEX objects_expiry ON objects (date_expires) WHERE date_expires IS NOT NULL;

        CREATE TABLE items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            object_id INTEGER NOT NULL,
            key NOT NULL,
            event_id INTEGER NOT NULL,
            data TEXT NOT NULL,
            date_created INTEGER NOT NULL,
            date_updated INTEGER NOT NULL,
            date_expires INTEGER,
            created_by TEXT NOT NULL);
        CREATE UNIQUE INDEX items_key ON items (object_id, key);
        CREATE INDEX items_expiry ON items (date_expires) WHERE date_expires IS NOT NULL;

        CREATE TABLE permissions (
            object_id INTEGER NOT NULL,
            identity NOT NULL,
            can_read INTEGER NOT NULL,
            can_write INTEGER NOT NULL,
            can_manage INTEGER NOT NULL,
            PRIMARY KEY (object_id, identity)) WITHOUT ROWID;

        CREATE TABLE webhooks (
            service_id INTEGER PRIMARY KEY,
            position INTEGER NOT NULL);

        CREATE TABLE abandoned (object_id INTEGER PRIMARY KEY);

        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            service_id INTEGER NOT NULL,
            object_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            change INTEGER NOT NULL,
            object_sid TEXT NOT NULL,
            unique_name TEXT,
            event_id INTEGER NOT NULL,
            key,
            data TEXT,
            date INTEGER NOT NULL,
            date_expires INTEGER,
            identity TEXT NOT NULL);
        CREATE INDEX events_service ON events (service_id, id);
        CREATE INDEX events_object ON events (object_id, event_id);
        """;

    // In the order of their UTF-8 bytes, in which version 1 kept them. In version 2 the stored form of U+1F600 is U+1D600.
    private static readonly string[] Keys = ["a", "é", "\ue000", "\uffee", "\U0001D600", "\U0001F600", "\U0001F600z"];

    private readonly TemporaryFolder folder = new();

    private string DataFile => folder.File("sync.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_of_version_1_keeps_everything_and_orders_keys_and_identities_by_UTF_16_code_units()
    {
        MakeVersion1();
        for (int start = 0; start < 2; start++)
        {
            await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile);
            string[] expected = [.. Keys.Order(StringComparer.Ordinal)];
            expected.Should().NotEqual(Keys);

            (await emulator.GetAsync("Maps/m/Items")).Ids.Should().Equal(expected);
            (await emulator.GetAsync("Maps/m/Items?Order=desc")).Ids.Should().Equal(expected.Reverse());
            (await emulator.GetAsync("Maps/m/Permissions")).Ids.Should().Equal(expected);
            (await emulator.GetAsync("Lists/l/Items")).Ids.Should().Equal("2", "9", "10");
            foreach (string key in Keys)
            {
                SyncAnswer item = await emulator.GetAsync($"Maps/m/Items/{Uri.EscapeDataString(key)}");
                item.Data.Should().Be($$"""{"i":{{Array.IndexOf(Keys, key)}}}""");
                item.Body.Text("key").Should().Be(key);
                (await emulator.GetAsync($"Maps/m/Permissions/{Uri.EscapeDataString(key)}")).Body.GetProperty("read").GetBoolean().Should().BeTrue();
            }

            (await emulator.FormAsync("Maps/m/Items", ("Key", "\U0001F600"), ("Data", "{}"))).ShouldBe(409, 54208);
            (await emulator.FormAsync("Documents")).ShouldBe(201);
            new DataFileReader(DataFile).Query("PRAGMA user_version").Should().Be(Schema.Version);
        }
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_file_as_it_was()
    {
        MakeVersion1();
        Execute("CREATE TRIGGER refusal BEFORE UPDATE ON permissions BEGIN SELECT RAISE(ABORT, 'refused'); END");
        EmulatorOptions options = new() { Port = 0, DataFile = DataFile };
        Func<Task> start = () => EmulatorServer.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        (await start.Should().ThrowAsync<EmulatorStartException>()).Which.Message.Should().Contain("refused");

        DataFileReader file = new(DataFile);
        file.Query("PRAGMA user_version").Should().Be(1L);
        file.Query("SELECT group_concat(key, ' ') FROM (SELECT key FROM items WHERE typeof(key) = 'text' ORDER BY key)").Should().Be(string.Join(' ', Keys));

        Execute("DROP TRIGGER refusal");
        await using TestEmulator emulator = await TestEmulator.StartAsync(dataFile: DataFile);
        (await emulator.GetAsync("Maps/m/Items")).Ids.Should().Equal(Keys.Order(StringComparer.Ordinal));
    }

    private void MakeVersion1()
    {
        Execute(Version1);
        Execute(
            $"""
            PRAGMA user_version = 1;
            PRAGMA journal_mode = WAL;
            INSERT INTO services VALUES (1, '{new EmulatorOptions().ServiceSid}', 'default', 'default', NULL, 0, 0, 0, 0, 5000, 1000, 1000);
            INSERT INTO objects VALUES (1, 1, 2, 'MP00000000000000000000000000000001', 'm', 6, NULL, 1000, 1000, NULL, 'system');
            INSERT INTO objects VALUES (2, 1, 1, 'ES00000000000000000000000000000001', 'l', 10, NULL, 1000, 1000, NULL, 'system');
            """);
        for (int i = 0; i < Keys.Length; i++)
        {
            Execute($$"""INSERT INTO items VALUES ({{i + 1}}, 1, $1, {{i}}, '{"i":{{i}}}', 1000, 1000, NULL, 'system')""", Keys[i]);
            Execute("INSERT INTO permissions VALUES (1, $1, 1, 0, 0)", Keys[i]);
        }

        foreach (int index in (int[])[2, 9, 10])
        {
            Execute($$"""INSERT INTO items VALUES (NULL, 2, {{index}}, {{index}}, '{}', 1000, 1000, NULL, 'system')""");
        }
    }

    private void Execute(string sql, string? argument = null)
    {
        using SqliteConnection connection = new($"Data Source={DataFile};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is one of this class's own
        command.CommandText = sql;
#pragma warning restore CA2100
        if (argument is not null)
        {
            command.Parameters.AddWithValue("$1", argument);
        }

        command.ExecuteNonQuery();
    }
}
