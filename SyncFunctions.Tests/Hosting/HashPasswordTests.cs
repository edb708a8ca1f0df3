using System.Diagnostics;

using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Hosting;

/// <summary>The command that makes the hash of a user's password.</summary>
public sealed class HashPasswordTests : IDisposable
{
    // PBKDF2 by Node: iterations, salt and key stand in the hash.
    private const string Verify = """
        const hash = Buffer.from(process.argv[1], 'base64');
        const [prf, iterations, saltLength] = [1, 5, 9].map(at => hash.readUInt32BE(at));
        const [salt, key] = [hash.subarray(13, 13 + saltLength), hash.subarray(13 + saltLength)];
        const made = require('node:crypto').pbkdf2Sync(process.argv[2], salt, iterations, key.length, 'sha512');
        console.log(JSON.stringify([hash[0], prf, iterations, saltLength, key.length, made.equals(key)]));
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("correct horse", "\n")]
    [InlineData("correct horse", "\r\n")]
    [InlineData(" é😀 ", "\nanother line\n")]
    [InlineData("no end of the line", "")]
    public async Task The_printed_hash_is_PBKDF2_of_the_first_line(string password, string rest)
    {
        (int exitCode, string output, string errors) = await RunAsync(["hash-password"], password + rest);

        exitCode.Should().Be(0, errors);
        errors.Should().BeEmpty("there is no prompt if there is no terminal");
        string hash = output.TrimEnd('\n', '\r');
        (await NodeAsync(hash, password)).Should().Be("[1,2,210000,16,32,true]");
        (await NodeAsync(hash, password + "x")).Should().Be("[1,2,210000,16,32,false]");
    }

    [Fact]
    public async Task The_printed_hash_opens_the_app()
    {
        (_, string hash, _) = await RunAsync(["hash-password"], "correct horse\n");
        (_, string another, _) = await RunAsync(["hash-password"], "correct horse\n");
        another.Should().NotBe(hash, "each has a salt of its own");
        await using TestApp app = await TestApp.StartAsync(new Dictionary<string, string?> { ["Tokens:Users:alice"] = hash });

        (await app.ResolveAsync("userToken", new { identity = "alice", password = "correct horse" })).Text("identity").Should().Be("alice");
        (await app.FailAsync("userToken", new { identity = "alice", password = "correct horsf" })).Status.Should().Be(401);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("257")]
    public async Task An_invalid_password_is_refused_in_one_line(string input)
    {
        (int exitCode, string output, string errors) = await RunAsync(["hash-password"], input == "257" ? new string('a', 257) : input);

        exitCode.Should().Be(1);
        output.Should().BeEmpty();
        errors.TrimEnd().Should().StartWith("hash-password needs a password").And.NotContain("\n").And.NotContain("aaa");
    }

    [Fact]
    public async Task It_starts_no_host_whatever_is_configured()
    {
        (int exitCode, string output, _) = await RunAsync(["hash-password"], "x", ("Emulator__Port", "nonsense"), ("WEBSITE_SITE_NAME", "my-app"), ("Tokens__Users__a", "nonsense"));

        exitCode.Should().Be(0);
        output.Trim().Should().HaveLength(84);
        Directory.EnumerateFileSystemEntries(folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task Among_other_arguments_it_is_not_a_command()
    {
        (int exitCode, string output, string errors) = await RunAsync(
            ["--functions-uri", "http://127.0.0.1:1", "hash-password"], "x\n", ("WEBSITE_SITE_NAME", "my-app"));

        exitCode.Should().Be(1);
        output.Should().NotMatchRegex("^[A-Za-z0-9+/=]{84}$");
        errors.Should().Contain("Twilio__AccountSid", "the host needs the app");
    }

    private static async Task<string> NodeAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("node", ["-e", Verify, "--", .. arguments]) { RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return output.TrimEnd();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Skip($"Node.js is needed: {exception.Message}");
            throw;
        }
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments, string input, params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "SyncFunctions.dll"), .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        AppEnvironment.Configure(start, settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(input));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, await output, await errors);
    }
}
