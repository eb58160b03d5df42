/** Colours, and how well one is read on another. */

/** Red, green and blue of sRGB, each from 0 to 1. */
type Rgb = readonly [number, number, number];

/** Lightness from 0 to 1, and two axes of colour (Björn Ottosson's OKLab): equal steps look equal. */
interface Lab {
  readonly lightness: number;
  readonly a: number;
  readonly b: number;
}

/** How much light comes from it (WCAG 2.2, relative luminance). */
function luminance(color: string): number {
  const [red, green, blue] = linear(rgbOf(color));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of two colours, from 1 to 21 (WCAG 2.2 success criterion 1.4.3). Both as `#rrggbb`. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The same hue in another lightness, and with a share of its strength of colour. Nearest to it that screens show. */
export function withLightness(color: string, lightness: number, strength = 1): string {
  const { a, b } = labOf(rgbOf(color));
  for (let share = strength; share > 0; share -= 0.02) {
    const rgb = rgbFrom({ lightness, a: a * share, b: b * share });
    if (rgb.every((part) => part >= -0.0005 && part <= 1.0005)) return hexOf(rgb);
  }
  return hexOf(rgbFrom({ lightness, a: 0, b: 0 }));
}

export function lightnessOf(color: string): number {
  return labOf(rgbOf(color)).lightness;
}

function rgbOf(color: string): Rgb {
  const part = (at: number) => Number.parseInt(color.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

function hexOf(rgb: Rgb): string {
  const digits = (part: number) =>
    Math.round(Math.min(Math.max(part, 0), 1) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${rgb.map(digits).join('')}`;
}

function linear(rgb: Rgb): Rgb {
  const of = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return [of(rgb[0]), of(rgb[1]), of(rgb[2])];
}

function labOf(rgb: Rgb): Lab {
  const [red, green, blue] = linear(rgb);
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return {
    lightness: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    a: 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    b: 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  };
}

function rgbFrom({ lightness, a, b }: Lab): Rgb {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const of = (part: number) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);
  return [
    of(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    of(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    of(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}
