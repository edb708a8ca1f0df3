const nested = depth => depth ? { deeper: nested(depth - 1), list: [[depth]] } : {};

export const richData = [
  {},
  {
    emoji: '😀 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪', umlauts: 'äöüÄÖÜß', composed: 'é', decomposed: 'e\u0301', cjk: '日本語', rtl: 'שלום',
    bom: '\ufeff', separator: '\u2028\u2029', controls: '\t\n\r\b\f\u0001\u001f\u007f',
    quotes: '"\'`\\', html: '<a href="x">&amp;</a>', form: 'a=1&b=2+3 %20 %zz ;',
  },
  {
    bigInText: '123456789012345678901234567890',
    safe: Number.MAX_SAFE_INTEGER, negative: -1, zero: 0, fraction: 0.1, tiny: 1e-7, huge: 1e21, precise: 1.7976931348623157e308,
    // .NET's parsers like to turn these into dates.
    date: '2020-01-01T00:00:00+02:00', short: '2020-01-01', utc: '2020-01-01T00:00:00.000Z', old: '/Date(1577836800000)/',
  },
  { true: true, false: false, null: null, empty: '', object: {}, array: [], mixed: [1, 'two', null, { three: 3 }, [4, [5]]] },
  { '': 'empty key', 'a b': 1, 'a.b': 2, 'ü😀': 3, $ref: 4, $type: 'System.Object', constructor: 5, data: { data: { data: 6 } } },
  nested(25),
];
