using System.Text;

using SyncFunctions.Functions.Binding;
using SyncFunctions.Store;

namespace SyncFunctions.Tests.Functions.Binding;

public sealed class FormTextTests
{
    private const int Seed = 1866;

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("&&&", new string[0])]
    [InlineData("a=1", new[] { "a", "1" })]
    [InlineData("a=1&b=2", new[] { "a", "1", "b", "2" })]
    [InlineData("&a=1&&b=2&", new[] { "a", "1", "b", "2" })]
    [InlineData("b=2&a=1&b=3", new[] { "b", "2", "a", "1", "b", "3" })]
    [InlineData("a", new[] { "a", "" })]
    [InlineData("a=", new[] { "a", "" })]
    [InlineData("=1", new[] { "", "1" })]
    [InlineData("=", new[] { "", "" })]
    [InlineData("a=b=c", new[] { "a", "b=c" })]
    [InlineData("a+b=c+d", new[] { "a b", "c d" })]
    [InlineData("a%2Bb=%2b", new[] { "a+b", "+" })]
    [InlineData("a=%C3%A9%F0%9F%98%80", new[] { "a", "é😀" })]
    [InlineData("a=é", new[] { "a", "é" })]
    [InlineData("%26=%3D%26", new[] { "&", "=&" })]
    [InlineData("a=%00", new[] { "a", "\0" })]
    [InlineData("a=%25zz", new[] { "a", "%zz" })]
    [InlineData("a=1;b=2", new[] { "a", "1;b=2" })]
    public void Fields_are_decoded_in_their_order(string text, string[] namesAndValues) =>
        Parse(text).SelectMany(field => (string[])[field.Key, field.Value]).Should().Equal(namesAndValues);

    [Theory]
    [InlineData("a=%", "a")]
    [InlineData("a=%4", "a")]
    [InlineData("a=%4g", "a")]
    [InlineData("b=1&a=%zz", "a")]
    [InlineData("a=%u00e9", "a")]
    [InlineData("%=1", "body")]
    [InlineData("a=%FF", "a")]
    [InlineData("a=%C3", "a")]
    [InlineData("a=%ED%A0%80", "a")]
    [InlineData("a=%C0%80", "a")]
    [InlineData("%FF=1", "body")]
    public void What_is_not_well_formed_is_refused_by_name(string text, string parameter)
    {
        Action parse = () => Parse(text);
        ParameterException refusal = parse.Should().Throw<ParameterException>().Which;
        refusal.Parameter.Should().Be(parameter);
        refusal.Status.Should().Be(400);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        Action parse = () => FormText.Parse([(byte)'a', (byte)'=', 0xE9], "body");
        parse.Should().Throw<ParameterException>().Which.Parameter.Should().Be("a");
    }

    [Fact]
    public void There_are_at_most_1000_fields()
    {
        Parse(string.Join('&', Enumerable.Range(0, 1000).Select(i => $"f{i}={i}"))).Should().HaveCount(1000);
        Action parse = () => Parse(string.Join('&', Enumerable.Range(0, 1001).Select(i => $"f{i}={i}")));
        parse.Should().Throw<ParameterException>().Which.Parameter.Should().Be("body");
    }

    [Fact]
    public async Task Random_fields_come_back_as_dotnet_and_RFC_3986_encode_them()
    {
        Random random = new(Seed);
        for (int i = 0; i < 500; i++)
        {
            KeyValuePair<string, string>[] fields =
                [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => KeyValuePair.Create("n" + RandomText(random), RandomText(random)))];
            using FormUrlEncodedContent content = new(fields);
            Parse(await content.ReadAsStringAsync()).Should().Equal(fields);
            Parse(string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"))).Should().Equal(fields);
        }
    }

    private static List<KeyValuePair<string, string>> Parse(string text) => FormText.Parse(Encoding.UTF8.GetBytes(text), "body");

    private static string RandomText(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) switch
    {
        0 => ((char)random.Next(0x80)).ToString(),
        1 => ((char)random.Next(0x80, 0xD800)).ToString(),
        2 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
        _ => "+%&=; "[random.Next(6)].ToString(),
    }));
}
