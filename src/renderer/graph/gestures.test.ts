import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Camera, type Point, toPicture, zoomLimits } from "./camera.ts";
import { followGestures } from "./gestures.ts";

/** Where the element stands in its window: gestures tell points of the element. */
const corner = { left: 100, top: 40 };

/** A hand over an element, and what followed from it. */
class Hand {
  camera: Camera;
  readonly said: unknown[] = [];
  readonly let: () => void;
  readonly #element = new EventTarget();

  constructor(camera: Camera) {
    this.camera = camera;
    const element = Object.assign(this.#element, { getBoundingClientRect: () => corner, setPointerCapture: () => {} });
    this.let = followGestures(element as unknown as HTMLElement, {
      camera: () => this.camera,
      move: (next) => {
        this.camera = next;
      },
      pick: (at, how) => this.said.push(["pick", at, how]),
      menu: (at) => this.said.push(["menu", at]),
      hover: (at) => this.said.push(["hover", at]),
    });
  }

  /** Answers whether the window may still do what it does by itself. */
  does(kind: string, at: Point, more: object = {}): boolean {
    const event = new Event(kind, { cancelable: true });
    const where = { clientX: corner.left + at.x, clientY: corner.top + at.y };
    return this.#element.dispatchEvent(Object.assign(event, { button: 0, pointerId: 1, ...where, ...more }));
  }

  /** Puts a finger down at each of some points. */
  puts(...fingers: readonly Point[]): void {
    fingers.forEach((at, pointerId) => {
      this.does("pointerdown", at, { pointerId });
    });
  }
}

// Node knows no wheels.
beforeEach(() => vi.stubGlobal("WheelEvent", { DOM_DELTA_LINE: 1 }));
afterEach(() => vi.unstubAllGlobals());

const coordinate = fc.integer({ min: -500, max: 500 });
const point = fc.record({ x: coordinate, y: coordinate });
const camera = fc.record({ zoom: fc.double({ min: 0.2, max: 2, noNaN: true }), x: coordinate, y: coordinate });
const start: Camera = { zoom: 1, x: 10, y: 20 };

function expectNear(a: Point, b: Point): void {
  expect(a.x).toBeCloseTo(b.x, 6);
  expect(a.y).toBeCloseTo(b.y, 6);
}

test("a wheel zooms within the limits and leaves what is under the pointer in place", () => {
  fc.assert(
    fc.property(camera, point, fc.integer({ min: -3000, max: 3000 }), fc.boolean(), (before, at, deltaY, ctrlKey) => {
      const hand = new Hand(before);
      expect(hand.does("wheel", at, { deltaY, deltaMode: 0, ctrlKey })).toBe(false);
      expectNear(toPicture(hand.camera, at), toPicture(before, at));
      expect(hand.camera.zoom).toBeGreaterThanOrEqual(zoomLimits.min);
      expect(hand.camera.zoom).toBeLessThanOrEqual(zoomLimits.max);
    }),
  );
});

test.each([
  ["200 pixels of a wheel", { deltaY: -200, deltaMode: 0, ctrlKey: false }],
  ["70 pixels of a pinch on a touch pad", { deltaY: -70, deltaMode: 0, ctrlKey: true }],
  ["12.5 lines", { deltaY: -12.5, deltaMode: 1, ctrlKey: false }],
])("%s double the zoom, and back halve it", (_, turn) => {
  const hand = new Hand(start);
  hand.does("wheel", { x: 30, y: 50 }, turn);
  expect(hand.camera.zoom).toBeCloseTo(2);
  hand.does("wheel", { x: 30, y: 50 }, { ...turn, deltaY: -turn.deltaY });
  expect(hand.camera.zoom).toBeCloseTo(1);
});

test("a drag takes the picture along and is no click", () => {
  fc.assert(
    fc.property(camera, point, fc.array(point, { minLength: 1, maxLength: 5 }), (before, from, path) => {
      const hand = new Hand(before);
      hand.puts(from);
      // Far enough to be one, whatever comes then.
      for (const at of [{ x: from.x + 9, y: from.y }, ...path]) hand.does("pointermove", at, { pointerId: 0 });
      const to = path.at(-1) as Point;
      expectNear(toPicture(hand.camera, to), toPicture(before, from));
      hand.does("pointerup", to, { pointerId: 0 });
      hand.does("click", to);
      expect(hand.said).toEqual([]);
    }),
  );
});

test("a hand that trembles clicks, and the next press is a new one", () => {
  const hand = new Hand(start);
  const at = { x: 52, y: 51 };
  for (const moved of [false, true, false]) {
    hand.puts({ x: 50, y: 50 });
    hand.does("pointermove", moved ? { x: 90, y: 50 } : at, { pointerId: 0 });
    hand.does("pointerup", at, { pointerId: 0 });
    hand.does("click", at, { altKey: !moved });
  }
  const click = ["pick", at, { alt: true, double: false }];
  expect(hand.said).toEqual([click, click]);
  expect(hand.camera).toEqual({ ...start, x: start.x + 40 });
});

test("fingers that spread or close keep the picture under both of them", () => {
  const part = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      camera,
      point,
      fc.integer({ min: 40, max: 300 }),
      fc.integer({ min: 40, max: 300 }),
      part,
      (before, one, dx, dy, by) => {
        const other = { x: one.x + dx, y: one.y + dy };
        const moved = { x: one.x + dx * by, y: one.y + dy * by };
        const hand = new Hand(before);
        hand.puts(one, other);
        hand.does("pointermove", moved, { pointerId: 1 });
        expectNear(toPicture(hand.camera, one), toPicture(before, one));
        expectNear(toPicture(hand.camera, moved), toPicture(before, other));
      },
    ),
  );
});

test.each(["pointerup", "pointercancel"])("after %s of one finger the other one drags", (end) => {
  const hand = new Hand(start);
  hand.puts({ x: 0, y: 0 }, { x: 100, y: 0 });
  hand.does(end, { x: 0, y: 0 }, { pointerId: 0 });
  hand.does("pointermove", { x: 130, y: 5 }, { pointerId: 1 });
  expect(hand.camera).toEqual({ zoom: 1, x: start.x + 30, y: start.y + 5 });
});

test("another button drags nothing; menus are ours; double clicks and pointers that come and go are told", () => {
  const hand = new Hand(start);
  const at = { x: 7, y: 8 };
  hand.does("pointerdown", at, { button: 2 });
  hand.does("pointermove", { x: 60, y: 60 });
  expect(hand.does("contextmenu", at)).toBe(false);
  hand.does("dblclick", at);
  hand.does("pointerleave", at);
  expect(hand.said).toEqual([
    ["hover", { x: 60, y: 60 }],
    ["menu", at],
    ["pick", at, { alt: false, double: true }],
    ["hover", null],
  ]);
  expect(hand.camera).toEqual(start);
});

test("once let go of, the element moves nothing", () => {
  const hand = new Hand(start);
  hand.let();
  hand.does("wheel", { x: 1, y: 1 }, { deltaY: -200, deltaMode: 0 });
  hand.does("click", { x: 1, y: 1 });
  expect([hand.camera, hand.said]).toEqual([start, []]);
});
