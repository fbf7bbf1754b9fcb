import { expect, test } from "vitest";
import { HEADER_BYTES, readPictureHeader } from "./picture-header.ts";

const ascii = (text: string): number[] => [...Buffer.from(text, "latin1")];
const big = (number: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, at) => Math.floor(number / 256 ** (bytes - 1 - at)) % 256);
const little = (number: number, bytes: number): number[] => big(number, bytes).toReversed();
const box = (name: string, ...content: readonly number[][]): number[] => {
  const inside = content.flat();
  return [...big(inside.length + 8, 4), ...ascii(name), ...inside];
};
const read = (...parts: readonly number[][]) => readPictureHeader(Uint8Array.from(parts.flat()));

const png = (width: number, height: number): number[] => [
  ...ascii("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
  ...big(width, 4),
  ...big(height, 4),
];
const segment = (marker: number, content: readonly number[]): number[] => [
  0xff,
  marker,
  ...big(content.length + 2, 2),
  ...content,
];
const frame = (marker: number, width: number, height: number): number[] =>
  segment(marker, [8, ...big(height, 2), ...big(width, 2), 3, 1, 0x22, 0]);
const SOI = [0xff, 0xd8];
const exif = (order: "II" | "MM", orientation: number): number[] => {
  const number = order === "II" ? little : big;
  const entry = [...number(0x0112, 2), ...number(3, 2), ...number(1, 4), ...number(orientation, 2), 0, 0];
  const other = [...number(0x010f, 2), ...number(2, 2), ...number(1, 4), 0, 0, 0, 0];
  return segment(0xe1, [
    ...ascii(`Exif\0\0${order}`),
    ...number(42, 2),
    ...number(8, 4),
    ...number(2, 2),
    ...other,
    ...entry,
  ]);
};
const webp = (...chunk: readonly number[][]): number[] => [
  ...ascii("RIFF"),
  ...big(0, 4),
  ...ascii("WEBP"),
  ...chunk.flat(),
];
const ispe = (width: number, height: number): number[] => box("ispe", big(0, 4), big(width, 4), big(height, 4));
const avif = (brands: string, ...properties: readonly number[][]): number[] => [
  ...box("ftyp", ascii(brands)),
  ...box("free", [1, 2, 3]),
  ...box("meta", big(0, 4), box("hdlr", big(0, 4)), box("iprp", box("ipco", ...properties))),
];

test.each<[string, number[], string, number, number]>([
  ["PNG", png(640, 480), "image/png", 640, 480],
  ["GIF", [...ascii("GIF89a"), ...little(640, 2), ...little(480, 2)], "image/gif", 640, 480],
  ["old GIF", [...ascii("GIF87a"), ...little(1, 2), ...little(2, 2)], "image/gif", 1, 2],
  ["JPEG", [...SOI, ...segment(0xe0, ascii("JFIF\0")), ...frame(0xc0, 640, 480)], "image/jpeg", 640, 480],
  ["progressive JPEG", [...SOI, 0xff, 0xff, ...frame(0xc2, 640, 480).slice(1)], "image/jpeg", 640, 480],
  ["JPEG behind tables", [...SOI, ...segment(0xc4, [1, 2]), ...frame(0xc1, 640, 480)], "image/jpeg", 640, 480],
  ["JPEG on its side", [...SOI, ...exif("MM", 6), ...frame(0xc0, 640, 480)], "image/jpeg", 480, 640],
  ["JPEG on its side, little-endian", [...SOI, ...exif("II", 8), ...frame(0xc0, 640, 480)], "image/jpeg", 480, 640],
  ["JPEG upside down", [...SOI, ...exif("MM", 3), ...frame(0xc0, 640, 480)], "image/jpeg", 640, 480],
  [
    "WebP",
    webp(ascii("VP8 "), big(0, 4), [0, 0, 0, 0x9d, 1, 0x2a], little(640, 2), little(480, 2)),
    "image/webp",
    640,
    480,
  ],
  ["lossless WebP", webp(ascii("VP8L"), big(0, 4), [0x2f], little(639 + 479 * 2 ** 14, 4)), "image/webp", 640, 480],
  ["extended WebP", webp(ascii("VP8X"), big(10, 4), big(0, 4), little(639, 3), little(479, 3)), "image/webp", 640, 480],
  ["AVIF", avif("avif\0\0\0\0mif1", ispe(640, 480)), "image/avif", 640, 480],
  ["AVIF by its second brand", avif("mif1\0\0\0\0miafavif", ispe(640, 480)), "image/avif", 640, 480],
  ["AVIF with a preview", avif("avif\0\0\0\0", ispe(64, 48), ispe(640, 480)), "image/avif", 640, 480],
  ["AVIF on its side", avif("avif\0\0\0\0", ispe(640, 480), box("irot", [1])), "image/avif", 480, 640],
])("%s is known by its bytes, with its size", (_, bytes, type, width, height) => {
  expect(read(bytes)).toEqual({ type, width, height });
  expect(read(bytes, Array(500).fill(0xff)), "with more behind it").toEqual({ type, width, height });
});

test.each<[string, number[]]>([
  ["nothing", []],
  ["SVG", ascii('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ["HTML", ascii("<!doctype html><script>alert(1)</script>")],
  ["HTML with a picture's name in it", ascii("<!-- \x89PNG\r\n\x1a\n -->")],
  ["PDF", ascii("%PDF-1.7")],
  ["TIFF", [...ascii("II*\0"), ...little(8, 4)]],
  ["HEIC", avif("heic\0\0\0\0mif1", ispe(640, 480))],
  ["a film", avif("isom\0\0\0\0mp41", ispe(640, 480))],
  ["PNG without a size", png(0, 480)],
  ["PNG that ends in its size", png(640, 480).slice(0, 20)],
  ["JPEG without a frame", [...SOI, ...segment(0xe0, ascii("JFIF\0")), 0xff, 0xda, ...frame(0xc0, 640, 480)]],
  ["JPEG with a segment of no length", [...SOI, 0xff, 0xe0, 0, 0, ...frame(0xc0, 640, 480)]],
  ["AVIF without a size", avif("avif\0\0\0\0")],
  ["AVIF whose boxes have no length", [...avif("avif\0\0\0\0").slice(0, 20), 0, 0, 0, 1, ...ascii("meta")]],
])("%s is no picture", (_, bytes) => {
  expect(read(bytes)).toBeUndefined();
});

test("bytes that are cut, changed anywhere or made to be slow are read to an end, and throw nothing", () => {
  const whole = [
    png(640, 480),
    [...SOI, ...exif("MM", 6), ...frame(0xc0, 640, 480)],
    avif("avif\0\0\0\0", ispe(640, 480), box("irot", [1])),
  ];
  for (const bytes of whole) {
    for (let length = 0; length < bytes.length; length++) expect(() => read(bytes.slice(0, length))).not.toThrow();
    for (let at = 0; at < bytes.length; at++) expect(() => read(bytes.with(at, 0xff))).not.toThrow();
  }
  const many = (part: readonly number[], head: readonly number[]): Uint8Array => {
    const bytes = new Uint8Array(HEADER_BYTES);
    bytes.set(head);
    for (let at = head.length; at + part.length <= bytes.length; at += part.length) bytes.set(part, at);
    return bytes;
  };
  const open = avif("avif\0\0\0\0").slice(0, 31);
  for (const bytes of [
    many([0xff], SOI),
    many([0xff, 0x01], SOI),
    many(segment(0xe1, [...ascii("Exif\0\0MM\0*"), ...big(8, 4), 0xff, 0xff]), SOI),
    many(ispe(1, 1), [
      ...open,
      ...big(0, 4),
      ...ascii("meta"),
      ...big(0, 8),
      ...ascii("iprp"),
      ...big(0, 4),
      ...ascii("ipco"),
    ]),
    many(box("irot", []), open),
  ]) {
    expect(() => readPictureHeader(bytes)).not.toThrow();
  }
});
