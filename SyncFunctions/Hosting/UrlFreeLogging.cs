using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SyncFunctions.Hosting;

/// <summary>
/// Keeps what the web server says of single requests out of the log, at every level that is configured: a request's URL may have a function key and
/// parameters in it, or be an entry link, and a redirection may have an access token.
/// </summary>
internal static class UrlFreeLogging
{
    /// <summary>Puts itself before the configured logging.</summary>
    public static void KeepUrlsOutOfLogs(this IServiceCollection services) => services.AddSingleton<ILoggerFactory>(provider => new Factory(
        new LoggerFactory(
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetService<IOptions<LoggerFactoryOptions>>(),
            provider.GetService<IExternalScopeProvider>())));

    private sealed class Factory(LoggerFactory inner) : ILoggerFactory
    {
        private const string WebServer = "Microsoft.AspNetCore";

        // Its lines are about requests; and it opens the scope in which all lines of a request stand, with the request's path.
        private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

        public ILogger CreateLogger(string categoryName) => categoryName == Requests ? NullLogger.Instance
            : categoryName.StartsWith(WebServer, StringComparison.Ordinal) ? new WarningLogger(inner.CreateLogger(categoryName))
            : inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose() => inner.Dispose();
    }

    /// <summary>Logs from warnings on.</summary>
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
