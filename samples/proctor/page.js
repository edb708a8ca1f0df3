// The code that the two pages share: the client of their document, and how they show it.
//
// In the address: ?session= the document's name, ?api= the address of the functions.

import { TwilioSyncClient } from '../clients/sync-document.js';

const query = new URLSearchParams(location.search);

export const $ = id => document.getElementById(id);

export function report(error) {
  console.error(error);
  $('problem').textContent = error.message;
  $('problem').hidden = false;
}

/** Opens the session's document, and shows it from now on. */
export async function open(identity) {
  const client = await new TwilioSyncClient({
    baseUri: query.get('api') ?? 'http://127.0.0.1:7071',
    documentId: query.get('session') ?? 'exam',
    identity,
    initialData: { step: 'not started', answer: '' },
  });
  const show = data => {
    $('data').textContent = JSON.stringify(data, null, 2);
    $('step').textContent = data.step;
  };
  show(client.getSync());
  client.getEventEmitter().on('spSyncDocUpdated', show).on('error', report);
  $('state').dataset.state = $('state').textContent = 'connected';
  document.querySelectorAll(':disabled').forEach(element => { element.disabled = false; });
  return client;
}

/** Adds an action that was taken to the page's list. */
export function note({ action, executor, id, ...fields }) {
  const line = document.createElement('li');
  const name = document.createElement('strong');
  name.textContent = action;
  const rest = document.createElement('code');
  rest.textContent = Object.keys(fields).length ? JSON.stringify(fields) : '';
  line.append(name, ' ', rest);
  $('taken').append(line);
  line.scrollIntoView({ block: 'nearest' });
}
