/** Shows, while a form that takes its time is answered, that it goes on and for how long; it is sent once. Without it the browser's own sign does. */
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-working]'))
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
    form.append(signOf(form.dataset.working ?? ''));
  });

// Back from the page that followed, the form is as it was.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('.working')?.remove();
  }
});

function signOf(words: string): HTMLElement {
  const sign = document.createElement('p');
  sign.className = 'working';
  sign.setAttribute('role', 'status');
  const bar = document.createElement('progress');
  bar.setAttribute('aria-label', words);
  const seconds = document.createElement('span');
  seconds.setAttribute('aria-hidden', 'true');
  sign.append(bar, ` ${words} `, seconds);
  const since = Date.now();
  const timer = setInterval(() => {
    if (!sign.isConnected) return clearInterval(timer);
    seconds.textContent = `${Math.round((Date.now() - since) / 1000)} s`;
  }, 1000);
  return sign;
}
