/**
 * Run inside the browser. Texts whose contrast against what is painted behind them is below WCAG AA: 4.5, or 3 for
 * large text. Answers one line per fault.
 */
export function lowContrast() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (css) => {
    if (!canvas) throw new Error('no canvas to read colours with');
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] > 0.99 ? own : behind(element.parentElement);
  };
  const luminance = (colour) => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent?.trim());
    if (text.length === 0 || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(rgba(style.color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      faults.push(`${ratio.toFixed(2)} ${element.className}: ${text[0]?.textContent?.trim()}`);
  }
  return faults;
}

/** Run inside the browser. Links, buttons and fields that a screen reader could not name. */
export function nameless() {
  const nameOf = (element) => {
    const label = element.labels?.[0] ?? element;
    return (element.getAttribute('aria-label') ?? label?.textContent ?? '').trim();
  };
  return [...document.querySelectorAll('a, button, input:not([type=hidden]), select')]
    .filter((element) => nameOf(element) === '')
    .map((element) => element.outerHTML);
}
