using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SyncFunctions.Hosting;

/// <summary>
/// Keeps the web server's lines about single requests out of the log, at every configured level: a request's URL may contain a function key and
/// parameters, or be an entry link, and a redirection may contain an access token.
/// </summary>
internal static class UrlFreeLogging
{
    /// <summary>Wraps the configured logging.</summary>
    public static void KeepUrlsOutOfLogs(this IServiceCollection services) => services.AddSingleton<ILoggerFactory>(provider => new Factory(
        new LoggerFactory(
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetService<IOptions<LoggerFactoryOptions>>(),
            provider.GetService<IExternalScopeProvider>())));

    private sealed class Factory(LoggerFactory inner) : ILoggerFactory
    {
        private const string WebServer = "Microsoft.AspNetCore";

        // Its lines are about requests. It also opens the scope of all lines of a request, which contains the path.
        private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

        public ILogger CreateLogger(string categoryName) => categoryName == Requests ? NullLogger.Instance
            : categoryName.StartsWith(WebServer, StringComparison.Ordinal) ? new WarningLogger(inner.CreateLogger(categoryName))
            : inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    /// <summary>Logs warnings and errors.</summary>
    private sealed class WarningLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
