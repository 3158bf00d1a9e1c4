interface Detector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/** A form whose camera is on. */
interface Scanning {
  /** The button that turned it on. */
  readonly button: HTMLButtonElement;
  /** Turns it off. */
  stop(): void;
}

/**
 * Shows the form's button for its camera where the browser reads codes. Once it is pressed, and the camera allowed, `onCodes` gets what the camera
 * sees, four times a second, until it is stopped.
 */
export function scanCodes(
  form: HTMLFormElement,
  facingMode: 'user' | 'environment',
  onCodes: (codes: readonly string[], on: Scanning) => void,
): void {
  const Reader: (new (given: object) => Detector) | undefined = Reflect.get(window, 'BarcodeDetector');
  const button = form.querySelector<HTMLButtonElement>('[data-scan]');
  const camera = form.querySelector<HTMLVideoElement>('[data-camera]');
  if (!Reader || !navigator.mediaDevices || !button || !camera) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode } }).catch(() => undefined);
    if (!stream) return; // not allowed: the digits can be typed
    camera.srcObject = stream;
    camera.hidden = false;
    await camera.play();
    const reader = new Reader({ formats: ['qr_code'] });
    const stop = () => {
      clearInterval(looking);
      for (const track of stream.getTracks()) track.stop();
    };
    const looking = setInterval(async () => {
      const found = await reader.detect(camera).catch(() => []);
      onCodes(
        found.map(({ rawValue }) => rawValue),
        { button, stop },
      );
    }, 250);
  });
}
