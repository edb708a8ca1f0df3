// Keeps three clients connected while the emulator is stopped and started again.
//
//   node restart.mjs <name>
//
// Environment: as for rest.mjs. Each client opens a document, a list, a map and a stream of the name. The document <name>-ready says when all are
// subscribed. It ends when all have seen { end: true } in the map, with a JSON line a client: what it has seen, and what it holds.

import { connect, record, subscribed, until } from './realtime/support.mjs';

const [name] = process.argv.slice(2);

const clients = await Promise.all(['alice', 'bob', 'carol'].map(async identity => {
  const client = connect(identity);
  const kinds = ['document', 'list', 'map', 'stream'];
  const opened = await Promise.all(kinds.map(async kind => subscribed(await client[kind](name))));
  return { identity, client, objects: Object.fromEntries(kinds.map((kind, n) => [kind, { object: opened[n], events: record(opened[n]) }])) };
}));
await clients[0].client.document({ id: `${name}-ready`, mode: 'create_new' });

const ended = ({ objects }) => objects.map.events.some(([, key]) => key === 'end') && objects.document.object.data.end && objects.list.events.some(([, , data]) => data.end);
await until(() => clients.every(ended), 'the end', 100_000);
for (const { identity, objects } of clients) {
  const seen = Object.fromEntries(Object.entries(objects).map(([kind, { events }]) => [kind, events]));
  const held = {
    document: objects.document.object.data,
    list: (await objects.list.object.getItems({ pageSize: 100 })).items.map(({ index }) => index),
    map: (await objects.map.object.getItems({ pageSize: 100 })).items.map(({ key }) => key),
  };
  console.log(JSON.stringify({ identity, seen, held }));
}
process.exit(0);
