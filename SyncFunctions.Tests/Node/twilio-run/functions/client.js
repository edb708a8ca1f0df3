// A Twilio Function that uses Twilio's own client, which the runtime makes of the project's credentials.
exports.handler = async function (context, event, callback) {
  try {
    const client = context.getTwilioClient();
    client.sync.baseUrl = context.SYNC_URL;
    const { documents } = client.sync.v1.services(context.SYNC_SERVICE_SID);
    await documents.create({ uniqueName: event.name, data: { from: 'client' } });
    const { uniqueName, accountSid, data } = await documents(event.name).fetch();
    callback(null, { result: [uniqueName, accountSid, data, await documents(event.name).remove()] });
  } catch (error) {
    callback(error);
  }
};
