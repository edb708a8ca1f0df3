using System.Text;

using SyncFunctions.Emulator.Model;

namespace SyncFunctions.Emulator.Storage;

/// <summary>Creates the tables, and upgrades data files with an older version of them.</summary>
/// <remarks>Times are Unix milliseconds. <c>data</c> is the JSON text as it was submitted.</remarks>
internal static class Schema
{
    /// <summary>The version of the tables that this assembly uses.</summary>
    /// <remarks>
    /// 2: items.key and permissions.identity are stored as <see cref="OrderedText"/>, so they are ordered by UTF-16 code units; and
    /// events have an endpoint_id.
    /// </remarks>
    public const long Version = 2;

    // Matches the texts whose stored form differs (OrderedText): SQLite compares the ends of a range by code points.
    private const string ReorderedTexts = "'*[' || char(0xE000) || '-' || char(0x10FFFF) || ']*'";

    // items.key and permissions.identity have no declared type on purpose, so values keep their types. List items have integers as keys, and
    // map items text (OrderedText). SQLite orders integers numerically and text by its UTF-8 bytes, which are the two orders of Sync's pages.
    // The bounds of a page without a start (PageQuery) are not converted to text either.
    // The removal of an object leaves its items to the sweeper (abandoned), so it takes no longer for a million items.
    // AUTOINCREMENT ensures that no id is ever given to another object.
    private const string Tables = """
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
            identity TEXT NOT NULL,
            endpoint_id TEXT);
        CREATE INDEX events_service ON events (service_id, id);
        CREATE INDEX events_object ON events (object_id, event_id);
        """;

    /// <summary>Sets up the writer's connection, and upgrades the file to this version.</summary>
    /// <param name="isDurable">Whether a commit waits until it is on the disk.</param>
    public static void Apply(SqliteSession session, string path, bool isDurable)
    {
        // This comes first: another program's file must not be changed.
        long version = session.Scalar("PRAGMA user_version") ?? 0;
        bool isOurs = session.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'abandoned'") > 0;
        if (!isOurs && (version > 0 || session.Scalar("SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw new DataFileException($"{path} cannot be opened: it is a database of something else.");
        }

        if (version > Version)
        {
            throw new DataFileException(
                $"{path} was written by a newer version of the emulator (its schema is {version}, this one knows {Version}).");
        }

        session.Execute("PRAGMA journal_mode = WAL");
        // FULL: an acknowledged commit is on the disk, not only in the operating system's cache. Group commit makes this affordable.
        session.Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
        // After a burst of writes, the log is truncated to this many bytes when it is reused.
        session.Execute("PRAGMA journal_size_limit = 8388608");
        if (version < Version)
        {
            session.Execute("BEGIN IMMEDIATE");
            if (version == 0)
            {
                session.ExecuteScript(Tables);
            }
            else
            {
                Reorder(session, "items", "key");
                Reorder(session, "permissions", "identity");
                session.Execute("ALTER TABLE events ADD COLUMN endpoint_id TEXT");
            }

            session.Execute($"PRAGMA user_version = {Version}");
            session.Execute("COMMIT");
        }
    }

    // The stored form of one text may equal another text of version 1. So each becomes a blob first, which equals no text.
    private static void Reorder(SqliteSession session, string table, string column)
    {
        session.Execute($"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE {column} GLOB {ReorderedTexts}");
        List<(long ObjectId, byte[] Text)> texts = session.Many(
            $"SELECT object_id, {column} FROM {table} WHERE typeof({column}) = 'blob'", row => (row.Int64(0), row.Blob(1)));
        foreach ((long objectId, byte[] text) in texts)
        {
            session.Execute(
                $"UPDATE {table} SET {column} = ?3 WHERE object_id = ?1 AND {column} = ?2",
                objectId, text, OrderedText.ToStored(Encoding.UTF8.GetString(text)));
        }
    }
}
