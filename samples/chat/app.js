// Twilio Conversations: sign in, see the conversations, read and write messages.
// In the address: ?api= the address of the functions.

import { Functions } from '../clients/functions.js';

const functions = new Functions(new URLSearchParams(location.search).get('api') ?? 'http://127.0.0.1:7071');

const $ = id => document.getElementById(id);

function report(error) {
  console.error(error);
  $('problem').textContent = error.message;
  $('problem').hidden = false;
}

function showState(state) {
  $('state').dataset.state = $('state').textContent = state;
  if (state === 'connected') $('problem').hidden = true;
}

/** Connects with a token for the user, and renews it before it expires. The password only stays in this page while it is open. */
async function connect(identity, password) {
  const fetchToken = async () => (await functions.call('userToken', { identity, password })).token;
  const client = new Twilio.Conversations.Client(await fetchToken());
  const renew = () => fetchToken().then(token => client.updateToken(token)).catch(report);
  client.on('tokenAboutToExpire', renew);
  client.on('tokenExpired', renew);
  client.on('connectionStateChanged', showState);
  client.on('connectionError', ({ terminal, message }) => terminal && report(new Error(message)));
  client.on('initFailed', ({ error }) => report(new Error(`Twilio Conversations cannot be reached. ${error?.message ?? ''}`)));
  return client;
}

const nameOf = ({ friendlyName, uniqueName, sid }) => friendlyName || uniqueName || sid;

/** The conversations that the user takes part in, each a button. */
function showConversations(client, open) {
  const buttons = new Map();
  const add = conversation => {
    if (buttons.has(conversation.sid)) return;
    const line = document.createElement('li');
    const button = document.createElement('button');
    button.className = 'choice';
    button.textContent = nameOf(conversation);
    button.addEventListener('click', () => {
      for (const other of buttons.values()) other.ariaPressed = String(other === button);
      open(conversation).catch(report);
    });
    line.append(button);
    buttons.set(conversation.sid, button);
    $('conversations').append(line);
    $('none').hidden = true;
  };
  client.on('conversationJoined', add);
  client.on('conversationUpdated', ({ conversation }) => {
    if (buttons.has(conversation.sid)) buttons.get(conversation.sid).textContent = nameOf(conversation);
  });
  client.on('conversationLeft', ({ sid }) => {
    buttons.get(sid)?.parentElement.remove();
    buttons.delete(sid);
    $('none').hidden = buttons.size > 0;
  });
  client.on('initialized', async () => {
    try {
      for (let page = await client.getSubscribedConversations(); page; page = page.hasNextPage && await page.nextPage()) page.items.forEach(add);
      for (const element of $('start').elements) element.disabled = false;
    } catch (error) {
      report(error);
    }
  });
}

/** The messages of the open conversation: the latest page, and new ones. */
function showMessages(identity) {
  let current;
  const show = ({ index, author, body, dateCreated }) => {
    const lines = [...$('messages').children];
    if (lines.some(line => line.value === index)) return;
    const line = document.createElement('li');
    const text = document.createElement('span');
    const by = document.createElement('span');
    line.value = index;
    by.className = 'by';
    by.textContent = [author === identity ? 'you' : author, dateCreated?.toLocaleTimeString([], { timeStyle: 'short' })].filter(Boolean).join(', ');
    text.append(body ?? '(no text)', ' ', by);
    line.append(text);
    // A new message may arrive before the page of earlier ones.
    $('messages').insertBefore(line, lines.find(other => other.value > index) ?? null);
    line.scrollIntoView({ block: 'nearest' });
  };
  const added = message => message.conversation.sid === current.sid && show(message);

  $('send').addEventListener('submit', event => {
    event.preventDefault();
    current.sendMessage($('message').value).catch(report);
    $('message').value = '';
  });
  return async conversation => {
    current?.off('messageAdded', added);
    current = conversation;
    $('conversation-title').textContent = nameOf(conversation);
    $('messages').replaceChildren();
    conversation.on('messageAdded', added);
    const { items } = await conversation.getMessages(30);
    // Another conversation may have been opened in the meantime.
    if (current !== conversation) return;
    items.forEach(show);
    for (const element of $('send').elements) element.disabled = false;
    $('message').focus();
  };
}

/** Starts a conversation, with another user if a name is given. */
async function start(client, title, other) {
  const conversation = await client.createConversation({ friendlyName: title });
  await conversation.join();
  if (other) await conversation.add(other);
}

async function signIn(identity, password) {
  const client = await connect(identity, password);
  $('me').textContent = identity;
  $('who').hidden = $('chat').hidden = false;
  $('login').hidden = true;
  showConversations(client, showMessages(identity));
  $('start').addEventListener('submit', event => {
    event.preventDefault();
    start(client, $('title').value, $('with').value).catch(report);
    $('start').reset();
  });
  // Reloading the page removes all of the user's data from it.
  $('sign-out').addEventListener('click', () => client.shutdown().finally(() => location.reload()));
}

$('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  const button = $('sign-in').querySelector('button');
  button.disabled = true;
  $('problem').hidden = true;
  try {
    await signIn($('name').value, $('password').value);
  } catch (error) {
    report(error);
  } finally {
    $('password').value = '';
    button.disabled = false;
  }
});
