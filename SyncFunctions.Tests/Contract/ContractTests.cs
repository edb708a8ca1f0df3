using System.Reflection;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

using SyncFunctions.Functions;
using SyncFunctions.Functions.Binding;
using SyncFunctions.Tests.Support;

namespace SyncFunctions.Tests.Contract;

/// <summary>
/// The functions that the assembly declares, and the routes that the host has, are those of the <see cref="FunctionTable"/>.
/// </summary>
public sealed class ContractTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Worker = "Microsoft.Azure.Functions.Worker";

    // Azure's numbers.
    private static readonly Dictionary<int, string> KeyLevels = new() { [0] = "Anonymous", [1] = "User", [2] = "Function", [3] = "System", [4] = "Admin" };

    private static readonly List<Declaration> Declared =
    [
        .. from type in typeof(FunctionRunner).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let function = Attribute(method, $"{Worker}.FunctionAttribute")
           where function is not null && Trigger(method, "HttpTriggerAttribute") is not null
           select new Declaration(type, method, function),
    ];

    private static readonly Dictionary<string, string> DeclaredQueues =
        (from type in typeof(FunctionRunner).Assembly.GetTypes()
         from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
         let function = Attribute(method, $"{Worker}.FunctionAttribute")
         where function is not null && Trigger(method, "HttpTriggerAttribute") is null
         select ((string)function.ConstructorArguments[0].Value!, (string)Trigger(method, "QueueTriggerAttribute")!.ConstructorArguments[0].Value!))
        .ToDictionary();

    public static TheoryData<string> Names => [.. FunctionTable.All.Select(function => function.Name)];

    [Fact]
    public void The_assembly_declares_exactly_the_functions_of_the_table() =>
        Declared.Select(declaration => declaration.Name).Should().BeEquivalentTo(FunctionTable.All.Select(function => function.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_declares_its_route_methods_and_key(string name)
    {
        FunctionContract contract = FunctionTable.All.Single(function => function.Name == name);
        Declaration declaration = Declared.Single(declaration => declaration.Name == name);

        declaration.Route.Should().Be(contract.Route);
        declaration.Methods.Should().BeEquivalentTo(contract.Methods.Select(method => method.ToLowerInvariant()));
        declaration.KeyLevel.Should().Be(contract.KeyLevel);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_declares_its_parameters(string name)
    {
        FunctionContract contract = FunctionTable.All.Single(function => function.Name == name);
        FunctionDeclaration declaration = FunctionCatalog.Find(name)!.Declaration;

        declaration.Parameters.Select(parameter => (parameter.Name, parameter.IsRequired, parameter.Default)).Should().BeEquivalentTo(
        [
            .. contract.Parameters.Select(parameter => (parameter.Name, parameter.Required, parameter.Default)),
            .. contract.UsesSync ? [("service", false, "default")] : Array.Empty<(string, bool, string?)>(),
        ]);
        declaration.Parameters.Where(parameter => !parameter.Description.EndsWith('.')).Should().BeEmpty("they describe the API");
        declaration.Summary.Should().EndWith(".");
        declaration.AllowsWebhooks.Should().Be(contract.AllowsWebhooks);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_a_public_method_of_a_public_class_that_the_functions_host_can_run(string name)
    {
        Declaration declaration = Declared.Single(declaration => declaration.Name == name);

        declaration.Type.IsPublic.Should().BeTrue();
        declaration.Type.IsAbstract.Should().BeFalse();
        declaration.Method.IsPublic.Should().BeTrue();
        declaration.Method.ReturnType.Should().Be<Task<IResult>>();
        declaration.Method.GetParameters()[0].ParameterType.Should().Be<HttpRequest>();
        declaration.Method.GetParameters()[1..].Select(parameter => parameter.Name).Should().Equal(
            FunctionTable.All.Single(function => function.Name == name).RouteParameters);
    }

    [Fact]
    public void The_assembly_declares_exactly_the_queues_of_the_table() => DeclaredQueues.Should().BeEquivalentTo(FunctionTable.Queues);

    [Fact]
    public void Names_and_routes_differ_by_more_than_case()
    {
        Declared.Select(declaration => declaration.Name).Should().OnlyHaveUniqueItems(name => name.ToUpperInvariant());
        Declared.Select(declaration => declaration.Route).Should().OnlyHaveUniqueItems(route => route!.ToUpperInvariant());
    }

    [Fact]
    public void The_host_routes_exactly_the_functions_of_the_table()
    {
        IEnumerable<string> routes = fixture.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Select(endpoint => Line(endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods));

        routes.Should().BeEquivalentTo(FunctionTable.All.Select(function => Line($"api/{function.Route}", [.. function.Methods, .. function.Methods.Contains("GET") ? ["HEAD"] : Array.Empty<string>()])));
    }

    private static string Line(string route, IEnumerable<string> methods) => $"{route.Trim('/')} {string.Join(' ', methods.Order(StringComparer.Ordinal))}";

    private static CustomAttributeData? Trigger(MethodInfo method, string type) => method.GetParameters()
        .Select(parameter => Single(parameter.GetCustomAttributesData(), $"{Worker}.{type}"))
        .SingleOrDefault(trigger => trigger is not null);

    private static CustomAttributeData? Attribute(MemberInfo member, string type) => Single(member.GetCustomAttributesData(), type);

    private static CustomAttributeData? Single(IEnumerable<CustomAttributeData> attributes, string type) =>
        attributes.SingleOrDefault(attribute => attribute.AttributeType.FullName == type);

    private sealed record Declaration(Type Type, MethodInfo Method, CustomAttributeData Function)
    {
        public string Name => (string)Function.ConstructorArguments[0].Value!;

        public string? Route => (string?)Trigger.NamedArguments.SingleOrDefault(argument => argument.MemberName == "Route").TypedValue.Value;

        public string KeyLevel => KeyLevels[(int)Trigger.ConstructorArguments[0].Value!];

        public IEnumerable<string> Methods => ((IReadOnlyCollection<CustomAttributeTypedArgument>)Trigger.ConstructorArguments[1].Value!)
            .Select(argument => (string)argument.Value!);

        private CustomAttributeData Trigger => ContractTests.Trigger(Method, "HttpTriggerAttribute")!;
    }
}
