/** A button below each text that copies it. Without it the text is marked and copied by hand. */
for (const text of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-copy]')) text.after(copying(text, text.dataset));

function copying(text: HTMLTextAreaElement, { copy = '', copied = '' }: DOMStringMap): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = copy;
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  button.addEventListener('click', () => {
    text.select();
    navigator.clipboard.writeText(text.value).then(
      () => {
        said.textContent = copied;
      },
      () => {
        said.textContent = ''; // it stays marked, to be copied by hand
      },
    );
  });
  const line = document.createElement('p');
  line.className = 'acts';
  line.append(button, said);
  return line;
}
