// The student's page: it asks the extension to start and stop the session, and performs the extension's actions.

import { $, note, open, report } from './page.js';

const does = {
  // The extension's response to the student's own request.
  startSession: async (client, { proctor }) => {
    $('message').textContent = `${proctor} is with you. Good luck!`;
    await client.setSync({ step: 'under way' });
  },
  showMessage: async (_, { text }) => {
    $('message').textContent = text;
  },
};

try {
  const client = await open('student');
  $('answer').value = client.getSync().answer;
  client.getEventEmitter().on('onboardingActionsAdded', async action => {
    note(action);
    await does[action.action]?.(client, action);
  });

  $('start').addEventListener('click', () => client.addAction('extension.startSession', { respondTo: 'onboarding' }).catch(report));
  $('finish').addEventListener('click', async () => {
    try {
      await client.setSync({ step: 'handed in', answer: $('answer').value });
      await client.addActions([
        { actionType: 'extension.saveRecording', additionalInfo: { part: 1 } },
        { actionType: 'extension.stopSession', additionalInfo: { redirectURL: 'https://example.com/thanks' } },
      ]);
    } catch (error) {
      report(error);
    }
  });
} catch (error) {
  report(error);
}
