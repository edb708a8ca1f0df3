import assert from 'node:assert/strict';
import { richData } from './data.mjs';
import { answers, dataOf, documentKind, isRefusedWith, make, race, refuses, scenario, service, unique } from './support.mjs';

const create = 'CreateDocument', fetch = 'FetchDocument', update = 'UpdateDocument';
const documents = () => service().documents;
const makeDocument = params => make(documentKind, params);

export const scenarios = [
  scenario('documents: revisions count updates', [create, update, fetch], async () => {
    const { object, context, name } = await makeDocument({ data: { n: 0 } });
    assert.equal(object.revision, '0');
    for (const n of [1, 2, 3]) {
      const { body: updated } = await answers(200, documents()(name).updateWithHttpInfo({ data: { n } }));
      assert.equal(updated.revision, String(n));
      assert.deepEqual(updated.data, { n });
      assert.equal(+updated.dateCreated, +object.dateCreated);
      assert.ok(updated.dateUpdated >= object.dateUpdated);
      assert.deepEqual((await context.fetch()).toJSON(), updated.toJSON());
    }
  }),

  scenario('documents: data is replaced, not merged', [create, update, fetch], async () => {
    const { context } = await makeDocument({ data: { a: 1, b: { c: 2, d: 3 } } });
    assert.deepEqual((await context.update({ data: { b: { d: 4 } } })).data, { b: { d: 4 } });
    assert.deepEqual((await context.fetch()).data, { b: { d: 4 } });
    assert.deepEqual((await (await context.fetch()).update({ data: {} })).data, {});
    assert.deepEqual((await context.fetch()).data, {});
  }),

  scenario('documents: a matching revision lets an update through', [create, update], async () => {
    const { context } = await makeDocument({ data: { n: 0 } });
    assert.equal((await context.update({ data: { n: 1 }, ifMatch: '0' })).revision, '1');
    assert.equal((await context.update({ data: { n: 2 }, ifMatch: '1' })).revision, '2');
    const current = await context.fetch();
    assert.equal((await current.update({ data: { n: 3 }, ifMatch: current.revision })).revision, '3');
  }),

  scenario('documents: another revision keeps an update out', [create, update, fetch], async () => {
    const { context } = await makeDocument({ data: { n: 0 } });
    await context.update({ data: { n: 1 } });
    for (const ifMatch of ['0', '2', '99']) await refuses(context.update({ data: { n: 2 }, ifMatch }), { status: 412, code: 54103 });
    const { data, revision } = await context.fetch();
    assert.deepEqual([data, revision], [{ n: 1 }, '1']);
  }),

  scenario('documents: ETag follows the revision and serves as If-Match', [create, update, fetch], async () => {
    const { body: { sid }, headers: { etag: first } } = await answers(201, documents().createWithHttpInfo({ data: {} }));
    assert.ok(first);
    assert.equal((await answers(200, documents()(sid).fetchWithHttpInfo())).headers.etag, first);
    const { headers: { etag: second } } = await answers(200, documents()(sid).updateWithHttpInfo({ data: { n: 1 }, ifMatch: first }));
    assert.ok(second);
    assert.notEqual(second, first);
    assert.equal((await answers(200, documents()(sid).fetchWithHttpInfo())).headers.etag, second);
    await refuses(documents()(sid).update({ data: { n: 2 }, ifMatch: first }), { status: 412, code: 54103 });
  }),

  scenario('documents: of 20 updates to one revision at once, one wins', [create, update, fetch], async () => {
    const { context } = await makeDocument({ data: {} });
    for (const ifMatch of ['0', '1']) {
      const { won, lost } = await race(20, n => context.update({ data: { ifMatch, n }, ifMatch }));
      assert.equal(won.length, 1);
      for (const error of lost) isRefusedWith(412, 54103, error);
      const { data, revision } = await context.fetch();
      assert.deepEqual([data, revision], [won[0].data, won[0].revision]);
    }
  }),

  scenario('documents: 20 unconditional updates at once all count', [create, update, fetch], async () => {
    const { context } = await makeDocument({ data: {} });
    const updated = await Promise.all(Array.from({ length: 20 }, (_, n) => context.update({ data: { n } })));
    const revisions = updated.map(({ revision }) => Number(revision)).sort((a, b) => a - b);
    assert.deepEqual(revisions, Array.from({ length: 20 }, (_, n) => n + 1));
    const last = updated.find(({ revision }) => revision === '20');
    assert.deepEqual((await context.fetch()).data, last.data);
  }),

  scenario('documents: data comes back as it was', [create, update, fetch], async () => {
    for (const data of richData) {
      const { object, context } = await makeDocument({ data });
      assert.deepEqual(object.data, data);
      assert.deepEqual((await context.fetch()).data, data);
      await context.update({ data: { other: true } });
      assert.deepEqual((await context.update({ data })).data, data);
      assert.deepEqual((await context.fetch()).data, data);
    }
  }),

  scenario('documents: data may be given as text', [create, fetch], async () => {
    const { context } = await makeDocument({ data: String.raw` { "s" : "\u00fc\ud83d\ude00\/\t" , "n" : 1.50 } ` });
    assert.deepEqual((await context.fetch()).data, { s: 'ü😀/\t', n: 1.5 });
  }),

  scenario('documents: data that is no JSON', [create, update, fetch], async () => {
    const { context } = await makeDocument({ data: { a: 1 } });
    for (const data of ['not json', '{firstName:Alice}', '{"a":1', "{'a':1}"]) {
      await refuses(documents().create({ uniqueName: unique(), data }), { status: 400, code: 54008 });
      await refuses(context.update({ data }), { status: 400, code: 54008 });
    }
    const { data, revision } = await context.fetch();
    assert.deepEqual([data, revision], [{ a: 1 }, '0']);
  }),

  scenario('documents: 16 KiB is the most', [create, update, fetch], async () => {
    const full = dataOf(16_384);
    const { object, context } = await makeDocument({ data: full });
    assert.deepEqual(object.data, full);
    assert.deepEqual((await context.update({ data: full })).data, full);
    const uniqueName = unique();
    for (const data of [dataOf(20_000), { s: '€'.repeat(6000) }]) {
      await refuses(documents().create({ uniqueName, data }), { status: 413, code: 54006 });
      await refuses(context.update({ data }), { status: 413, code: 54006 });
    }
    await refuses(documents()(uniqueName).fetch(), { status: 404, code: 20404 });
    assert.equal((await context.fetch()).revision, '1');
  }),

  scenario('documents: an update needs something to update', [create, update], async () => {
    const { context } = await makeDocument({ data: {} });
    await refuses(context.update({}), { code: 54010 });
  }),
];
