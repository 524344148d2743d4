import fc from "fast-check";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { buildPicture } from "./build-picture.ts";
import { snapshotInFile, snapshotInPicture, withSnapshotInPng } from "./embedded-snapshot.ts";
import { picturesToHtml } from "./html.ts";
import { layoutScene } from "./layout.ts";
import { testRun } from "./run.fixture.ts";
import { fanOutScene } from "./scenes.fixture.ts";
import { pictureToSvg } from "./svg.ts";

const scene = fanOutScene();
const run = testRun(scene);
const picture = buildPicture(scene, layoutScene(scene), run.view, run.value);
const text = '{ "a": "<b> & \'c\'", "d": 1 }\n';
const snapshot = new TextEncoder().encode(text);
const png = new Uint8Array(PNG.sync.write(new PNG({ width: 3, height: 2 })));
const svg = new TextEncoder().encode(pictureToSvg(picture, { metadata: text }));

describe("a snapshot in a picture", () => {
  it("comes out of an SVG and of a PNG as it went in", () => {
    expect(new TextDecoder().decode(snapshotInPicture(svg) ?? undefined)).toBe(text);
    const held = withSnapshotInPng(png, snapshot);
    expect(new TextDecoder().decode(snapshotInPicture(held) ?? undefined)).toBe(text);
    expect(PNG.sync.read(Buffer.from(held))).toMatchObject({ width: 3, height: 2 });
  });

  it("comes out of a page, and a file that is a snapshot is itself", () => {
    const page = picturesToHtml([{ picture, layout: "one" }], { title: "<b>", source: "x < 1", snapshot: text });
    const bytes = new TextEncoder().encode(page);
    expect(new TextDecoder().decode(snapshotInFile(bytes) ?? undefined)).toBe(text);
    expect(snapshotInFile(snapshot)).toBe(snapshot);
    expect(snapshotInFile(png)).toBeNull();
    expect(snapshotInFile(new TextEncoder().encode("\n<!doctype html>"))).toBeNull();
  });

  it("is absent from others", () => {
    expect(snapshotInPicture(png)).toBeNull();
    expect(snapshotInPicture(new TextEncoder().encode(pictureToSvg(picture)))).toBeNull();
    expect(snapshotInPicture(new Uint8Array(0))).toBeNull();
    expect(() => withSnapshotInPng(svg, snapshot)).toThrow(RangeError);
  });

  it("never fails otherwise, whatever the bytes are", () => {
    const held = withSnapshotInPng(png, snapshot);
    fc.assert(
      fc.property(
        fc.constantFrom(held, svg),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        (bytes, changes) => {
          const changed = bytes.slice();
          for (const [at, byte] of changes) changed[at % changed.length] = byte;
          snapshotInPicture(changed);
          snapshotInPicture(changed.subarray(0, (changes[0]?.[0] ?? 0) % changed.length));
        },
      ),
    );
  });
});
