// Makes an access token by Twilio's official helper, and reads another one as Twilio's helper would sign it.
// Input (environment): REQUEST = {"accountSid","keySid","secret","identity","ttl","region"?, "grants": {"SyncGrant": {…}, "ChatGrant": {…}, …}}, TOKEN.
// Each grant has the options of the helper's class of that name.
// Output: {"official": {header, payload}, "ours": {header, payload}}; an invalid signature of TOKEN is an error.
import { createRequire } from 'node:module';
import twilio from 'twilio';

const jsonwebtoken = createRequire(import.meta.resolve('twilio'))('jsonwebtoken');
const { AccessToken } = twilio.jwt;
const request = JSON.parse(process.env.REQUEST);

const token = new AccessToken(request.accountSid, request.keySid, request.secret, {
  identity: request.identity,
  ttl: request.ttl,
  region: request.region,
});
for (const [name, options] of Object.entries(request.grants)) token.addGrant(new AccessToken[name](options));

const read = (jwt) => {
  jsonwebtoken.verify(jwt, request.secret, { algorithms: ['HS256'], issuer: request.keySid, subject: request.accountSid });
  const { header, payload } = jsonwebtoken.decode(jwt, { complete: true });
  return { header, payload };
};

console.log(JSON.stringify({ official: read(token.toJwt()), ours: read(process.env.TOKEN) }));
