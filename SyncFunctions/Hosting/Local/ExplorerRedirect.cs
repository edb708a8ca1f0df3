using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Configuration;
using SyncFunctions.Functions;

namespace SyncFunctions.Hosting.Local;

/// <summary>Redirects the app's root address to the explorer.</summary>
internal static class ExplorerRedirect
{
    public static void UseExplorerRedirect(this WebApplication application, string pathBase)
    {
        if (!application.Services.GetRequiredService<ExplorerSettings>().IsEnabled)
        {
            return;
        }

        PathString page = new($"{pathBase}/{ExplorerFunction.Route}");
        application.Use(async (context, next) =>
        {
            PathString path = context.Request.Path;
            if (HttpMethods.IsGet(context.Request.Method) && path != page && (path == "/" || path == $"/{ExplorerFunction.Route}"))
            {
                context.Response.Redirect(page);
                return;
            }

            await next(context);
        });
    }
}
