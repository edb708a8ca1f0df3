using System.Text;

using SyncFunctions.Configuration;
using SyncFunctions.Functions.SignIn;

namespace SyncFunctions.Hosting;

/// <summary>The command <c>hash-password</c>: reads a password from the standard input, and prints the hash for a setting.</summary>
internal static class HashPasswordCommand
{
    private const string Name = "hash-password";

    /// <summary>Tells whether the process was started to run the command.</summary>
    public static bool IsMeant(string[] args) => args is [Name];

    /// <summary>Runs the command.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="StartupException">There is no password, or it is too long.</exception>
    public static int Run()
    {
        string? password = Console.IsInputRedirected ? Console.In.ReadLine() : Ask();
        if (password is not { Length: > 0 and <= PasswordHash.MaximumPasswordLength })
        {
            throw new StartupException($"{Name} needs a password of 1 to {PasswordHash.MaximumPasswordLength} characters, in the first line of its standard input.");
        }

        Console.Out.WriteLine(PasswordHash.Of(password).Text);
        return 0;
    }

    // At a terminal the typed characters are not shown. The prompt is not part of the output, which may go to a file.
    private static string Ask()
    {
        Console.Error.Write("Password: ");
        StringBuilder typed = new();
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
