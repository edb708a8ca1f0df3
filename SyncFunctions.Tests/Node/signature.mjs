// Prints the signatures that the official helper expects of Twilio's requests.
//
//   node signature.mjs <file>
//
// The file has a JSON object a line: token, url, and params (an object; repeated fields are arrays) or body (a text that is not a form).
// Prints a JSON object for each: signature, and url, which for a body has its digest.

import { readFileSync } from 'node:fs';
import twilio from 'twilio';

for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const { token, url, params, body } = JSON.parse(line);
  const signed = body === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}bodySHA256=${twilio.getExpectedBodyHash(body)}`;
  console.log(JSON.stringify({ url: signed, signature: twilio.getExpectedTwilioSignature(token, signed, params ?? {}) }));
}
