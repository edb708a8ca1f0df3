import assert from 'node:assert/strict';
import { connect, env, fakeSid, refuses, scenario, unique } from './support.mjs';

const documentsOf = client => client.sync.v1.services(env.SERVICE_SID).documents;
const denied = { status: 401, code: 20003 };

export const scenarios = [
  scenario('credentials: an API key with its secret is accepted', ['CreateDocument', 'FetchDocument'], async () => {
    const documents = documentsOf(connect(env.API_KEY_SID, env.API_KEY_SECRET, { accountSid: env.ACCOUNT_SID }));
    const { sid } = await documents.create({ data: { by: 'key' } });
    const document = await documents(sid).fetch();
    assert.deepEqual(document.data, { by: 'key' });
    assert.equal(document.accountSid, env.ACCOUNT_SID);
  }),

  scenario('credentials: anything else is refused with 401/20003', [], async () => {
    const account = { accountSid: env.ACCOUNT_SID };
    const intruders = {
      'wrong token': connect(env.ACCOUNT_SID, unique('token')),
      'wrong account': connect(fakeSid('AC'), env.AUTH_TOKEN),
      'wrong secret': connect(env.API_KEY_SID, unique('secret'), account),
      'wrong key': connect(fakeSid('SK'), env.API_KEY_SECRET, account),
      'key with the token': connect(env.API_KEY_SID, env.AUTH_TOKEN, account),
      'account with the secret': connect(env.ACCOUNT_SID, env.API_KEY_SECRET),
    };
    for (const intruder of Object.values(intruders)) {
      const documents = documentsOf(intruder);
      await refuses(documents.list({ limit: 1 }), denied);
      await refuses(documents('any').fetch(), denied);
      await refuses(documents.create({ data: {} }), denied);
      await refuses(documents('any').update({ data: {} }), denied);
      await refuses(documents('any').remove(), denied);
    }
  }),
];
