export { ApiError, api } from './src/api.js';
export { cipher, isSame, signature } from './src/cipher.js';
export { door } from './src/door.js';
export { readXml } from './src/message.js';
export { PuppetOfficialAccount } from './src/puppetOfficialAccount.js';
export { memoryToken, requestToken } from './src/token.js';
