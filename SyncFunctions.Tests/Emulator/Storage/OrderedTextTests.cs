using System.Text;

using SyncFunctions.Emulator.Storage;

namespace SyncFunctions.Tests.Emulator.Storage;

/// <summary>The stored form of keys: the text comes back, and its UTF-8 bytes are in the order of the text's UTF-16 code units.</summary>
public sealed class OrderedTextTests
{
    private static readonly int[] CodePoints =
    [
        'a', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xE001, 0xFEFF, 0xFFFE, 0xFFFF, 0x10000, 0x10001, 0x11EFF, 0x1D600, 0x1F600, 0x10DFFF,
        0x10E000, 0x10FFFE, 0x10FFFF,
    ];

    [Fact]
    public void Any_two_texts_are_in_the_same_order_by_UTF_16_as_their_stored_forms_by_UTF_8()
    {
        string[] characters = [.. CodePoints.Select(char.ConvertFromUtf32)];
        string[] texts = [.. characters, .. characters.SelectMany(first => characters.Select(second => first + second))];
        string[] byUtf16 = [.. texts.Order(StringComparer.Ordinal)];
        string[] byStored = [.. texts.Order(Comparer<string>.Create((one, other) =>
            Encoding.UTF8.GetBytes(OrderedText.ToStored(one)).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(OrderedText.ToStored(other)))))];
        byStored.Should().Equal(byUtf16);
        texts.Select(text => OrderedText.FromStored(OrderedText.ToStored(text))).Should().Equal(texts);
    }

    [Theory]
    [InlineData("key", "key")]
    [InlineData("\ud7ff", "\ud7ff")]
    [InlineData("\U00010000", "\ue000")]
    [InlineData("\U0001F600", "\U0001D600")]
    [InlineData("\U0010FFFF", "\U0010DFFF")]
    [InlineData("\ue000", "\U0010E000")]
    [InlineData("\uffff", "\U0010FFFF")]
    public void A_text_is_stored_as(string text, string stored)
    {
        OrderedText.ToStored(text).Should().Be(stored);
        OrderedText.FromStored(stored).Should().Be(text);
    }
}
