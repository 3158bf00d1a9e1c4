interface Detector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/**
 * Shows the form's button for its camera where the browser reads codes. Once it is pressed, and the camera allowed, `onCodes` gets what the camera
 * sees, four times a second, until `stop` is called or the button is pressed again.
 */
export function scanCodes(
  form: HTMLFormElement,
  facingMode: 'user' | 'environment',
  onCodes: (codes: readonly string[], stop: () => void) => void,
): void {
  const Reader: (new (given: object) => Detector) | undefined = Reflect.get(window, 'BarcodeDetector');
  const button = form.querySelector<HTMLButtonElement>('[data-scan]');
  const camera = form.querySelector<HTMLVideoElement>('[data-camera]');
  if (!Reader || !navigator.mediaDevices || !button || !camera) return;
  const { textContent: start } = button;
  let stop: (() => void) | undefined;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (stop) return stop();
    button.disabled = true;
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode } }).catch(() => undefined);
    button.disabled = false;
    if (!stream) return; // not allowed: the digits can be typed
    camera.srcObject = stream;
    camera.hidden = false;
    button.textContent = button.dataset.stop ?? start;
    const reader = new Reader({ formats: ['qr_code'] });
    const looking = setInterval(async () => {
      const found = await reader.detect(camera).catch(() => []);
      if (own === stop)
        onCodes(
          found.map(({ rawValue }) => rawValue),
          own,
        );
    }, 250);
    const own = () => {
      clearInterval(looking);
      for (const track of stream.getTracks()) track.stop();
      camera.hidden = true;
      button.textContent = start;
      stop = undefined;
    };
    stop = own;
    await camera.play();
  });
}
