using Microsoft.AspNetCore.Builder;

namespace SyncFunctions.Hosting.Local;

/// <summary>Lets pages of the allowed origins read responses (CORS). Under the Functions host, the host does this.</summary>
internal static class CrossOrigin
{
    public static void UseAllowedOrigins(this WebApplication application)
    {
        string[] origins = AllowedOrigins.Read(application.Configuration);
        if (origins.Length > 0)
        {
            application.UseCors(policy => policy
                .WithOrigins(origins)
                .WithMethods("GET", "POST", "DELETE")
                .WithHeaders("content-type", "if-match", "x-functions-key")
                .WithExposedHeaders("ETag", "Retry-After"));
        }
    }
}
