export type { Answer } from './src/api.ts';
export { type Api, type ApiDeps, ApiError, api, type Media, type TappableMenu } from './src/api.ts';
export { type Cipher, cipher, isSame, signature } from './src/cipher.ts';
export { type Delivered, type DoorDeps, door, type WebhookHandler } from './src/door.ts';
export type { AccountMessage } from './src/message.ts';
export { readXml } from './src/message.ts';
export { PuppetOfficialAccount, type PuppetOfficialAccountOptions } from './src/puppetOfficialAccount.ts';
export { type AccessToken, type Credentials, memoryToken, requestToken } from './src/token.ts';
export type { AccountKeys } from './src/verify.ts';
