// Collections of more than one page, whatever they hold.

import assert from 'node:assert/strict';
import { baseUrl, get, makeItems, refuses, scenario, times, withService } from './support.mjs';

const total = 250;

export const scenarios = kind => {
  const { label, resource, parent } = kind;
  const operations = [`Create${resource}`, `List${resource}`];
  const idOf = instance => instance[kind.idField ?? 'sid'];
  const idsOf = instances => instances.map(idOf);

  /** Hands `run` a collection of `count` and nothing else in it. */
  const withCollection = async (count, run) => {
    if (parent) {
      const { items, add } = await makeItems(kind);
      return run(items, await times(count, () => add()));
    }
    return withService(async own => run(kind.of(own), await times(count, () => kind.of(own).create())));
  };

  return [
    scenario(`${label}: ${total} in pages`, operations, () => withCollection(total, async (collection, created) => {
      const ids = idsOf(await collection.list({ pageSize: 50 }));
      assert.deepEqual([...ids].sort(), idsOf(created).sort());
      assert.deepEqual(idsOf(await collection.list()), ids);

      for (const limit of [120, 250]) {
        assert.deepEqual(idsOf(await collection.list({ limit })), ids.slice(0, limit));
        assert.deepEqual(idsOf(await collection.list({ limit, pageSize: 50 })), ids.slice(0, limit));
      }
      assert.deepEqual(idsOf(await collection.list({ limit: 1000 })), ids);

      const met = [];
      await collection.each({ pageSize: 50, limit: 120 }, instance => met.push(instance));
      assert.deepEqual(idsOf(met), ids.slice(0, 120));

      const { instances } = await collection.page({ pageSize: 250 });
      assert.ok(instances.length > 0 && instances.length <= 100, `${instances.length} in one page`);
      assert.equal((await collection.page()).instances.length, 50);

      await goesBackAndForth(collection, ids, 20);
    })),

    scenario(`${label}: what a page says of itself`, operations, () => withCollection(5, async collection => {
      const url = parent
        ? `${baseUrl}/Services/${collection._solution.serviceSid}/${parent.path}/${collection._solution[kind.parentField]}/Items`
        : `${baseUrl}/Services/${collection._solution.serviceSid}/${kind.path}`;
      const key = parent ? 'items' : kind.path.toLowerCase();

      let next = `${url}?PageSize=2`;
      for (const [page, size] of [2, 2, 1].entries()) {
        const { statusCode, headers, body } = await get(next);
        assert.equal(statusCode, 200);
        assert.match(headers['content-type'], /^application\/json/);
        assert.deepEqual(Object.keys(body).sort(), [key, 'meta'].sort());
        assert.equal(body[key].length, size);
        const { meta } = body;
        assert.deepEqual(Object.keys(meta).sort(), ['first_page_url', 'key', 'next_page_url', 'page', 'page_size', 'previous_page_url', 'url']);
        assert.deepEqual([meta.key, meta.page, meta.page_size], [key, page, 2]);
        for (const link of [meta.url, meta.first_page_url, meta.next_page_url, meta.previous_page_url])
          if (link !== null) assert.ok(link.startsWith(`${url}?`), link);
        assert.equal(meta.previous_page_url === null, page === 0);
        assert.equal(meta.next_page_url === null, page === 2);
        assert.deepEqual((await get(meta.url)).body[key], body[key]);
        next = meta.next_page_url;
      }

      const { body: { meta } } = await get(url);
      assert.deepEqual([meta.page, meta.page_size, meta.next_page_url, meta.previous_page_url], [0, 50, null, null]);
    })),

    scenario(`${label}: an empty page`, [`List${resource}`], () => withCollection(0, async collection => {
      const page = await collection.page();
      assert.deepEqual([page.instances, page.nextPageUrl, page.previousPageUrl], [[], undefined, undefined]);
      assert.equal(await page.nextPage(), undefined);
    })),

    scenario(`${label}: a page token that is none`, [`List${resource}`], () => withCollection(0, async collection => {
      await refuses(collection.page({ pageToken: 'no-token', pageSize: 2 }), { code: 54453 });
    })),
  ];

  async function goesBackAndForth(collection, ids, pageSize) {
    const forth = await pagesFrom(await collection.page({ pageSize }), 'nextPage');
    const sizes = Array.from({ length: Math.ceil(total / pageSize) }, (_, n) => Math.min(pageSize, total - n * pageSize));
    assert.deepEqual(forth.map(({ instances }) => instances.length), sizes);
    assert.deepEqual(forth.flatMap(({ instances }) => idsOf(instances)), ids);

    const back = await pagesFrom(forth.at(-1), 'previousPage');
    assert.deepEqual(back.reverse().map(({ instances }) => idsOf(instances)), forth.map(({ instances }) => idsOf(instances)));

    const [first, second, third] = forth;
    assert.deepEqual(idsOf((await collection.getPage(first.nextPageUrl)).instances), idsOf(second.instances));
    assert.deepEqual(idsOf((await collection.getPage(third.previousPageUrl)).instances), idsOf(second.instances));
  }

  async function pagesFrom(page, step) {
    const pages = [];
    for (; page; page = await page[step]()) {
      pages.push(page);
      assert.ok(pages.length <= total, 'the pages have no end');
    }
    return pages;
  }
};
