// Tabs that share a note (a document), a log (a list), the people online (a map whose items expire) and reactions (a stream).
//
// In the address: ?identity= your identity, ?board= the board's name, ?api= the address of the functions, ?sync= the address of Sync (Twilio if it is not
// given).

const query = new URLSearchParams(location.search);
const board = query.get('board') ?? 'board';
const api = query.get('api') ?? 'http://127.0.0.1:7071';
const sync = query.get('sync') ?? 'ws://127.0.0.1:7072/v3/wsconnect';
const identity = query.get('identity') ?? remembered();
const presenceSeconds = 30;

const $ = id => document.getElementById(id);

/** Each tab has its own identity, which it keeps when it is reloaded. */
function remembered() {
  sessionStorage.identity ??= `guest-${Math.random().toString(36).slice(2, 6)}`;
  return sessionStorage.identity;
}

async function fetchToken() {
  const response = await fetch(`${api}/api/createToken?${new URLSearchParams({ identity })}`);
  if (!response.ok) throw new Error(`No access token: ${response.status} ${await response.text()}`);
  return (await response.json()).token;
}

function report(error) {
  console.error(error);
  $('problem').textContent = error.message;
  $('problem').hidden = false;
}

async function connect() {
  const client = new Twilio.Sync.Client(await fetchToken(), sync ? { Twilsock: { uri: sync } } : {});
  const renew = () => fetchToken().then(token => client.updateToken(token)).catch(report);
  client.on('tokenAboutToExpire', renew);
  client.on('tokenExpired', renew);
  client.on('connectionStateChanged', state => {
    $('state').dataset.state = $('state').textContent = state;
    if (state === 'connected') $('problem').hidden = true;
  });
  client.on('connectionError', ({ terminal, message }) => terminal && report(new Error(message)));
  return client;
}

/** The note: text is sent after a pause in typing, and changes by others appear. */
async function openNote(client) {
  const note = await client.document({ id: `${board}-note`, data: { text: '' } });
  const show = ({ text = '', by }) => {
    if ($('note').value !== text) $('note').value = text;
    $('note-by').textContent = by ? `last changed by ${by}` : '';
  };
  show(note.data);
  // The tab's own change is already shown, and the user may have typed more since.
  note.on('updated', ({ data, isLocal }) => isLocal ? $('note-by').textContent = `last changed by ${data.by}` : show(data));

  let pause;
  $('note').addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => note.set({ text: $('note').value, by: identity }).catch(report), 200);
  });
}

/** The log: anyone can add and remove entries. */
async function openLog(client) {
  const log = await client.list(`${board}-log`);
  const lines = new Map();
  const show = ({ index, data }) => {
    if (lines.has(index)) return;
    const line = document.createElement('li');
    const text = document.createElement('span');
    const by = document.createElement('span');
    const remove = document.createElement('button');
    text.append(data.text, ' ', by);
    by.className = 'by';
    by.textContent = data.by;
    remove.className = 'remove';
    remove.textContent = '×';
    remove.ariaLabel = `Remove “${data.text}”`;
    remove.addEventListener('click', () => log.remove(index).catch(report));
    line.append(text, remove);
    lines.set(index, line);
    $('log').append(line);
    line.scrollIntoView({ block: 'nearest' });
  };
  log.on('itemAdded', ({ item }) => show(item));
  log.on('itemRemoved', ({ index }) => {
    lines.get(index)?.remove();
    lines.delete(index);
  });
  for (let page = await log.getItems({ pageSize: 100 }); page; page = page.hasNextPage && await page.nextPage()) page.items.forEach(show);

  $('add').addEventListener('submit', event => {
    event.preventDefault();
    log.push({ text: $('entry').value, by: identity }).catch(report);
    $('entry').value = '';
  });
}

/** The people online: each has an item, which expires unless its owner renews it. */
async function openPeople(client) {
  const people = await client.map(`${board}-people`);
  const lines = new Map();
  const show = ({ key }) => {
    if (lines.has(key)) return;
    const line = document.createElement('li');
    line.textContent = key === identity ? `${key} (you)` : key;
    lines.set(key, line);
    $('people').append(line);
  };
  const hide = ({ key }) => {
    lines.get(key)?.remove();
    lines.delete(key);
  };
  people.on('itemAdded', ({ item }) => show(item));
  people.on('itemUpdated', ({ item }) => show(item));
  people.on('itemRemoved', hide);
  for (let page = await people.getItems({ pageSize: 100 }); page; page = page.hasNextPage && await page.nextPage()) page.items.forEach(show);

  const stay = () => people.set(identity, { at: new Date().toISOString() }, { ttl: presenceSeconds });
  await stay();
  setInterval(() => stay().catch(report), presenceSeconds * 1000 / 3);
  addEventListener('pagehide', () => people.remove(identity).catch(() => {}));
}

/** Reactions: they reach the people who are online, and are not stored. */
async function openReactions(client) {
  const reactions = await client.stream(`${board}-reactions`);
  reactions.on('messagePublished', ({ message: { data } }) => {
    const line = document.createElement('li');
    line.textContent = `${data.reaction} ${data.by}`;
    $('reactions').prepend(line);
    while ($('reactions').children.length > 4) $('reactions').lastChild.remove();
  });
  $('buttons').addEventListener('click', ({ target }) => {
    const { reaction } = target.dataset;
    if (reaction) reactions.publishMessage({ reaction, by: identity }).catch(report);
  });
}

try {
  $('me').textContent = identity;
  const client = await connect();
  await Promise.all([openNote, openLog, openPeople, openReactions].map(open => open(client)));
  document.querySelectorAll(':disabled').forEach(element => { element.disabled = false; });
} catch (error) {
  report(error);
}
