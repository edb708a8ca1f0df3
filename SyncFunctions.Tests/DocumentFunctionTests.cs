using System.Text.Json;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests;

public sealed class DocumentFunctionTests : IAsyncLifetime
{
    private TestApp app = null!;

    public async Task InitializeAsync() => app = await TestApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_document_is_created_read_updated_and_removed()
    {
        JsonElement created = await app.ResolveAsync("createDocument", new { docName = "test", data = new { foo = "bar" } });
        created.GetProperty("revision").GetString().Should().Be("0");

        JsonElement updated = await app.ResolveAsync("updateDocument", new { docName = "test", data = new { foo = "bar2" } });
        updated.GetProperty("revision").GetString().Should().Be("1");

        JsonElement read = await app.ResolveAsync("getDocument", new { docName = "test" });
        read.GetProperty("data").GetRawText().Should().Be("""{"foo":"bar2"}""");

        (await app.ResolveAsync("removeDocument", new { docName = "test" })).GetString().Should().Be("deleted");
        (await app.FailAsync("getDocument", new { docName = "test" })).Should().BeEquivalentTo(new { Status = 404, Code = 20404 });
    }
}
