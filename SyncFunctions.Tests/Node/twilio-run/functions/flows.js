// What a Twilio Function does with the class: a flow over a document, a list or a map, by promises, with the settings of the project.

const flows = {
  async document(sync, docName) {
    const found = await sync.getDocument(docName).catch(error => error.message);
    await sync.createDocument(docName, { foo: 'bar' }, 0);
    const updated = await sync.updateDocument(docName, { foo: 'bar2' }, 0);
    const read = await sync.getDocument(docName);
    return [found, updated.data, read.data, read.dateCreated instanceof Date, await sync.removeDocument(docName)];
  },

  async list(sync, listName) {
    const found = await sync.getList(listName).catch(error => error.message);
    await sync.createList(listName, 0);
    for (const data of [{ foo: 'bar' }, { hoge: 'fuga' }]) await sync.addListItem(listName, data, 0);
    const all = await sync.getListItems(listName);
    const some = await sync.getListItems(listName, 'foo');
    return [found, all.map(item => item.data), some.map(item => item.data), await sync.removeList(listName)];
  },

  async map(sync, mapName) {
    const found = await sync.getMap(mapName).catch(error => error.message);
    await sync.createMap(mapName, 0);
    // Keys are given as arrays here, as the library's sample does.
    for (const data of [{ john: { age: 20 } }, { mark: { age: 30 } }]) await sync.setMapItem(mapName, Object.keys(data), data[Object.keys(data)], 0);
    const all = await sync.getMapItems(mapName);
    const john = await sync.getMapItem(mapName, 'john');
    return [found, all.map(item => [item.key, item.data]), john.data, await sync.getMapItem(mapName, 'paul'), await sync.removeMap(mapName)];
  },
};

exports.handler = async function (context, event, callback) {
  try {
    const TwilioSync = require(Runtime.getAssets()['/twilioSync.js'].path);
    const sync = new TwilioSync(context.MASTER_ACCOUNT_SID, context.ACCOUNT_SID, context.AUTH_TOKEN, context.SYNC_SERVICE_SID, true);
    callback(null, { result: await flows[event.flow](sync, event.name) });
  } catch (error) {
    callback(error);
  }
};
