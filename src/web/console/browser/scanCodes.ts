import { codeIn } from './codeIn.ts';

/** What is looked at of the camera's picture, in its pixels: enough for a slip at arm's length, and a phone of ten years ago does it in time. */
const WIDTH = 800;

/**
 * Shows the form's button for its camera where there is one. Once it is pressed, and the camera allowed, `onCodes` gets what the camera sees, four times
 * a second, until `stop` is called or the button is pressed again. Codes are read here and not by the browser: Safari and Firefox do not, and Android
 * only with Google's services.
 */
export function scanCodes(
  form: HTMLFormElement,
  facingMode: 'user' | 'environment',
  onCodes: (codes: readonly string[], stop: () => void) => void,
): void {
  const button = form.querySelector<HTMLButtonElement>('[data-scan]');
  const camera = form.querySelector<HTMLVideoElement>('[data-camera]');
  if (!navigator.mediaDevices || !button || !camera) return;
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
    const looking = setInterval(() => onCodes(codesIn(camera), own), 250);
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

/** Two codes may lie in the picture: it is read whole, and each of its sides. */
function codesIn(camera: HTMLVideoElement): string[] {
  const { videoWidth, videoHeight } = camera;
  if (videoWidth === 0) return [];
  const [width, height] = [WIDTH, Math.round((WIDTH * videoHeight) / videoWidth)];
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (!drawing) return [];
  drawing.drawImage(camera, 0, 0, width, height);
  const side = Math.floor(width * 0.55);
  const parts = [
    [0, width],
    [0, side],
    [width - side, side],
  ] as const;
  return [...new Set(parts.flatMap(([left, wide]) => codeIn(drawing.getImageData(left, 0, wide, height)) ?? []))];
}
