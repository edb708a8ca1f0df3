// The extension's page: it takes the student's actions one by one, responds to those that request a response, and adds actions for the student's page.

import { $, note, open, report } from './page.js';

try {
  const client = await open('extension');
  const events = client.getEventEmitter();
  const take = async action => {
    note(action);
    if (action.action === 'stopSession') await client.setSync({ step: 'ended' });
    await client.respond(action, { proctor: 'Pat' });
  };
  const listen = () => $('listen').checked ? events.on('extensionActionsAdded', take) : events.off('extensionActionsAdded', take);
  const count = data => { $('waiting').textContent = data.extensionActions?.length ?? 0; };
  events.on('spSyncDocUpdated', count);
  count(client.getSync());
  $('listen').addEventListener('change', listen);
  listen();

  $('tell').addEventListener('submit', event => {
    event.preventDefault();
    client.addAction('onboarding.showMessage', { text: $('text').value }).catch(report);
    $('text').value = '';
  });
} catch (error) {
  report(error);
}
