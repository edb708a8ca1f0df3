using SyncFunctions.Emulator;
using SyncFunctions.Emulator.Tool;

using StopSignals signals = new();
ToolCommand command = ToolCommand.Parse(args);
if (command.Answer(Console.Out, Console.Error) is { } exitCode)
{
    return exitCode;
}

try
{
    return await EmulatorRun.RunAsync(command, signals.Stopping);
}
catch (EmulatorStartException exception)
{
    Console.Error.WriteLine(command.InItsWords(exception.Message));
    return ExitCode.Failed;
}
