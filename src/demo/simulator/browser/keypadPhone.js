import { element, find } from './element.js';
import { microphone } from './microphone.js';
import { newId } from './newId.js';
import { speech } from './speech.js';
import { say } from './words.js';

/** @typedef {import('../simulated.ts').CallNow} CallNow */

/**
 * A phone on which a person hears and presses keys, over the server's markup of it.
 * @param {HTMLElement} device
 */
export function keypadPhone(device) {
  const log = find(device, '.log', HTMLElement);
  const state = find(device, '.state', HTMLElement);
  const clock = find(device, '[role="timer"]', HTMLElement);
  const entered = find(device, '.entered', HTMLElement);
  const handset = find(device, '.handset', HTMLElement);
  const caller = find(device, 'select', HTMLSelectElement);
  const isAloud = find(device, '[name="aloud"]', HTMLInputElement);
  const waits = find(device, '[name="waits"]', HTMLInputElement);
  const hears = find(device, '[name="hears"]', HTMLInputElement);
  const saying = find(device, '.say', HTMLFormElement);
  const said = find(saying, 'input', HTMLInputElement);
  const talk = saying.querySelector('.talk');
  const ear = microphone();
  let voice = speech('zh-CN');
  /** The call under way. @type {string | undefined} */
  let call;
  /** @type {CallNow | undefined} */
  let now;
  /** Keys that were not sent to the service yet. */
  let keys = '';
  let isAsking = false;
  let begun = 0;
  let recordedFrom = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  handset.addEventListener('click', () => void (call ? hangUp() : dial()));
  for (const key of device.querySelectorAll('button[data-key]'))
    if (key instanceof HTMLElement) key.addEventListener('click', () => press(key.dataset.key ?? ''));
  device.addEventListener('keydown', (event) => {
    if (!call || event.ctrlKey || event.altKey || event.metaKey || event.target === caller || event.target === said || !/^[\d*#]$/.test(event.key))
      return;
    event.preventDefault();
    press(event.key);
  });
  waits.addEventListener('change', () => listenForKeys());
  said.addEventListener('input', () => listenForKeys());
  saying.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = said.value.trim();
    if (!call || isAsking || !text) return;
    said.value = '';
    voice.stop();
    line('pressed', text, 'keypad.said');
    void step({ do: 'say', text });
  });
  talk?.addEventListener('click', () => void talks());
  addEventListener('pagehide', () => {
    if (call) navigator.sendBeacon('/simulator/call', new Blob([JSON.stringify({ do: 'hangUp', call })], { type: 'application/json' }));
  });
  setInterval(() => {
    if (call) clock.textContent = minutes(Date.now() - begun);
  }, 1_000);

  async function dial() {
    voice = speech(caller.selectedOptions[0]?.lang ?? 'zh-CN');
    call = newId();
    begun = Date.now();
    keys = '';
    clock.textContent = minutes(0);
    log.replaceChildren();
    if (!voice.hasVoice()) line('aside', say('keypad.noVoice'));
    show();
    state.textContent = say('keypad.ringing');
    await step({ do: 'dial', from: caller.value, ...(hears.checked && { hears: true }) });
  }

  /** The first press begins to listen, another one ends it; what was said goes to the service as a WAV. */
  async function talks() {
    if (!call || isAsking || !talk) return;
    if (ear.isOn()) return ear.end();
    voice.stop();
    clearTimeout(pause);
    talk.textContent = say('keypad.listening');
    const sound = await ear.listen();
    talk.textContent = say('keypad.talk');
    if (sound === undefined) return line('aside', say('keypad.noMicrophone'));
    if (!call) return;
    await step({ do: 'talk', sound, language: caller.selectedOptions[0]?.lang ?? 'zh-CN' });
  }

  async function hangUp() {
    ear.end();
    voice.stop();
    await step({ do: 'hangUp' });
  }

  /**
   * If the service waits for keys, a key that ends an entry sends them; other keys wait for more, as at a carrier.
   * @param {string} key
   */
  function press(key) {
    if (!call) return;
    flash(key);
    voice.stop();
    keys += key;
    entered.textContent = keys;
    void sendKeys(false);
  }

  /** @param {boolean} isOver no more keys are coming */
  async function sendKeys(isOver) {
    clearTimeout(pause);
    if (!call || !now || isAsking || !keys) return;
    if (now.waitsFor === 'recording') {
      keys = '';
      return step({ do: 'speak', seconds: Math.max(1, Math.round((Date.now() - recordedFrom) / 1_000)) });
    }
    const { finishOnKey = '#', numDigits } = now.entry ?? {};
    const finish = keys.indexOf(finishOnKey) + 1;
    const length =
      finish > 0 && !(numDigits && numDigits < finish) ? finish : numDigits && keys.length >= numDigits ? numDigits : isOver ? keys.length : 0;
    if (length === 0) return listenForKeys();
    const sent = keys.slice(0, length);
    keys = keys.slice(length);
    line('pressed', sent);
    await step({ do: 'press', keys: sent });
  }

  /** A pause ends the keys, or is the silence after which the service asks again; not if the person chose that the line waits. */
  function listenForKeys() {
    clearTimeout(pause);
    if (!call || isAsking || waits.checked || now?.waitsFor !== 'keys') return;
    pause = setTimeout(() => void (keys ? sendKeys(true) : silence()), (now.entry?.timeout ?? 5) * 1_000);
  }

  async function silence() {
    line('aside', say('keypad.silence'));
    await step({ do: 'silence' });
  }

  /** @param {Record<string, string | number | boolean>} what */
  async function step(what) {
    clearTimeout(pause);
    isAsking = true;
    try {
      const response = await fetch('/simulator/call', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...what, call }),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      /** @type {CallNow} */
      const answer = await response.json();
      now = answer;
    } catch {
      now = undefined;
      line('aside', say('keypad.lineBroke'));
    }
    isAsking = false;
    if (!now || now.waitsFor === 'nothing') call = undefined;
    show();
    await listen(now?.heard ?? []);
  }

  /**
   * First all of the text is shown; then it is spoken, until a key is pressed.
   * @param {CallNow['heard']} heard
   */
  async function listen(heard) {
    if (now?.said !== undefined) line(now.said ? 'pressed' : 'aside', now.said || say('keypad.nothingSaid'), 'keypad.said');
    for (const { text } of heard) line('heard', text);
    for (const number of now?.connectedTo ?? []) line('aside', say('keypad.connected', { number }));
    if (!call) line('aside', say('keypad.over', { time: minutes(Date.now() - begun) }));
    if (keys) return sendKeys(false);
    state.textContent = say('keypad.speaking');
    for (const { text, seconds, language } of heard) if (!(await voice.say(text, seconds, isAloud.checked, language))) break;
    show();
    if (keys || !call) return;
    recordedFrom = Date.now();
    listenForKeys();
  }

  function show() {
    entered.textContent = keys;
    hears.disabled = call !== undefined;
    saying.hidden = !(call && now?.hears);
    caller.disabled = call !== undefined;
    handset.textContent = say(call ? 'keypad.hangUp' : 'keypad.dial');
    handset.classList.toggle('busy', call !== undefined);
    state.textContent = say(!call ? 'keypad.idle' : now?.waitsFor === 'recording' ? 'keypad.recording' : 'keypad.yourKeys');
  }

  /**
   * @param {'heard' | 'pressed' | 'aside'} kind
   * @param {string} text
   * @param {string} [what] the words that say what it is
   */
  function line(kind, text, what = `keypad.${kind}`) {
    const who = kind === 'aside' ? [] : [element('span', { class: 'unseen' }, `${say(what)}: `)];
    log.append(element('p', { class: kind }, ...who, text));
    log.scrollTop = log.scrollHeight;
  }

  /** @param {string} key */
  function flash(key) {
    const button = device.querySelector(`button[data-key="${key}"]`);
    button?.classList.add('down');
    setTimeout(() => button?.classList.remove('down'), 150);
  }
}

/** @param {number} ms */
function minutes(ms) {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
