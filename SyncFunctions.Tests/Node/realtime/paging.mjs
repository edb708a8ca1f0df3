import assert from 'node:assert/strict';
import { scenario, service, times, unique } from './support.mjs';

const count = 230;

export const scenarios = kind => {
  const { label, method, id } = kind;

  const filled = async () => {
    const { sid } = await kind.rest(service()).create({ uniqueName: unique(label) });
    const items = kind.restItems(kind.rest(service())(sid));
    const made = await times(count, n => kind.restAdd(items, `key ${String(n).padStart(3, '0')}/ü`, { n }));
    const ids = made.map(item => id(item)).sort((a, b) => a < b ? -1 : 1);
    return { sid, ids };
  };
  const idsOf = page => page.items.map(id);

  // A client keeps what it has read: each way through the items has one of its own.
  const ways = [
    { pageSize: 10 }, { pageSize: 50, order: 'desc' }, { pageSize: 100 }, { pageSize: 100, order: 'desc' }, { pageSize: 7 }, {},
  ];

  return [
    scenario(`${label}: pages over ${count} items, forward and back`, async session => {
      const { sid, ids } = await filled();
      for (const way of ways) {
        const object = await session.client('alice')[method](sid);
        const expected = way.order === 'desc' ? [...ids].reverse() : ids;
        const { pageSize = 50 } = way;
        let page = await object.getItems({ ...way });
        const pages = [idsOf(page)];
        while (page.hasNextPage) {
          page = await page.nextPage();
          pages.push(idsOf(page));
        }
        assert.deepEqual(pages.flat(), expected, JSON.stringify(way));
        assert.equal(pages[0].length, Math.min(pageSize, count));

        const back = [idsOf(page)];
        while (page.hasPrevPage) {
          page = await page.prevPage();
          back.unshift(idsOf(page));
        }
        assert.deepEqual(back.flat(), expected, `back, ${JSON.stringify(way)}`);
      }
    }),

    scenario(`${label}: pages from an item on`, async session => {
      const { sid, ids } = await filled();
      for (const order of ['asc', 'desc']) {
        const expected = order === 'desc' ? [...ids].reverse() : ids;
        const object = await session.client('alice')[method](sid);
        const page = await object.getItems({ from: expected[100], order, pageSize: 20 });
        assert.deepEqual(idsOf(page), expected.slice(100, 120));
        assert.equal(page.hasPrevPage, true);
        assert.deepEqual(idsOf(await page.nextPage()), expected.slice(120, 140));
        const before = await (await session.client('alice')[method](sid)).getItems({ from: expected[100], order, pageSize: 20 });
        assert.deepEqual(idsOf(await before.prevPage()), expected.slice(80, 100));
      }
    }),

    scenario(`${label}: pages with items added and removed in the meantime`, async session => {
      const { sid, ids } = await filled();
      const object = await session.client('alice')[method](sid);
      const items = kind.restItems(kind.rest(service())(sid));
      let page = await object.getItems({ pageSize: 20 });
      const met = idsOf(page);
      for (let n = 0; page.hasNextPage; n++) {
        await items(encodeURIComponent(ids[200 + n])).remove();
        await items(encodeURIComponent(ids[n])).remove();
        page = await page.nextPage();
        met.push(...idsOf(page));
      }
      assert.equal(new Set(met).size, met.length, 'none twice');
      for (const stays of ids.slice(20, 200)) assert.ok(met.includes(stays), `${stays} is missing`);
    }),

    scenario(`${label}: pages of nothing and of one`, async session => {
      const object = await session.client('alice')[method](unique(label));
      const empty = await object.getItems();
      assert.deepEqual([empty.items, empty.hasNextPage, empty.hasPrevPage], [[], false, false]);
      const item = await kind.add(object, 'a', {});
      const again = await session.client('alice')[method](object.sid);
      assert.deepEqual(idsOf(await again.getItems({ pageSize: 1 })), [id(item)]);
    }),

    // The client's cache compares keys by UTF-16 code units: a service that does not repeats pages, and need not end.
    ...kind.method !== 'map' ? [] : [scenario(`${label}: pages over keys on either side of U+FFFF`, async session => {
      const { sid } = await kind.rest(service()).create({ uniqueName: unique(label) });
      const made = ['\ud7ff', '\u{10000}', '\u{1f600}', '\u{10ffff}', '\ue000', '\uff5e', '\uffff'].flatMap(
        first => ['', 'a', '\u{1f600}', '\uffee'].map(second => first + second));
      await times(made.length, n => kind.restAdd(kind.restItems(kind.rest(service())(sid)), made[n], { n }));
      const ids = [...made].sort();
      for (const order of ['asc', 'desc']) {
        for (const pageSize of [1, 2, 5, 100]) {
          const expected = order === 'desc' ? [...ids].reverse() : ids;
          let page = await (await session.client('alice')[method](sid)).getItems({ order, pageSize });
          const forth = idsOf(page);
          while (page.hasNextPage && forth.length <= made.length) forth.push(...idsOf(page = await page.nextPage()));
          assert.deepEqual(forth, expected, `${order}, ${pageSize}`);
          const back = idsOf(page);
          while (page.hasPrevPage && back.length <= made.length) back.unshift(...idsOf(page = await page.prevPage()));
          assert.deepEqual(back, expected, `back, ${order}, ${pageSize}`);
        }
      }
    })],
  ];
};
