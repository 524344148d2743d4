/** What a hand does over the graph: wheel, drag, pinch, clicks. Points are in CSS pixels of the element. */
import { type Camera, type Point, zoomedAt } from "./camera.ts";

export interface GestureHandlers {
  camera(): Camera;
  move(camera: Camera): void;
  pick(at: Point, how: { alt: boolean; double: boolean }): void;
  menu(at: Point): void;
  /** null: the pointer left. */
  hover(at: Point | null): void;
}

/** Pixels that a pointer may move between down and up and still click. */
const clickSlack = 4;
/** Wheel pixels that double the zoom; a pinch on a touch pad comes as small turns of a wheel with Ctrl. */
const wheelDoubling = 200;
const pinchDoubling = 70;
const lineHeight = 16;

/** Follows the element's pointers until the answer is called. */
export function followGestures(element: HTMLElement, handlers: GestureHandlers): () => void {
  const over = new AbortController();
  const { signal } = over;
  const down = new Map<number, Point>();
  let start: Point | null = null;
  let dragged = false;

  const pointOf = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const drag = (id: number, to: Point): void => {
    const from = down.get(id) as Point;
    const other = [...down].find(([one]) => one !== id)?.[1];
    down.set(id, to);
    const camera = handlers.camera();
    const moved = { ...camera, x: camera.x + (to.x - from.x) / down.size, y: camera.y + (to.y - from.y) / down.size };
    if (!other) {
      handlers.move(moved);
      return;
    }
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
    const spread = distance(to, other) / Math.max(1, distance(from, other));
    handlers.move(zoomedAt(moved, moved.zoom * spread, middle));
  };

  const listen = <K extends keyof HTMLElementEventMap>(
    kind: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ): void => element.addEventListener(kind, handle, { signal, passive: false });

  listen("pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = pointOf(event);
    if (down.size === 0) {
      start = at;
      dragged = false;
    }
    down.set(event.pointerId, at);
    element.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    const at = pointOf(event);
    if (!down.has(event.pointerId)) {
      handlers.hover(at);
      return;
    }
    if (!dragged && start && distance(start, at) < clickSlack && down.size === 1) return;
    dragged = true;
    drag(event.pointerId, at);
  });
  const lift = (event: PointerEvent): void => {
    down.delete(event.pointerId);
  };
  listen("pointerup", lift);
  listen("pointercancel", lift);
  listen("pointerleave", () => handlers.hover(null));
  listen("click", (event) => {
    if (!dragged) handlers.pick(pointOf(event), { alt: event.altKey, double: false });
  });
  listen("dblclick", (event) => handlers.pick(pointOf(event), { alt: false, double: true }));
  listen("contextmenu", (event) => {
    event.preventDefault();
    handlers.menu(pointOf(event));
  });
  listen("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? lineHeight : 1);
    const camera = handlers.camera();
    const factor = 2 ** (-pixels / (event.ctrlKey ? pinchDoubling : wheelDoubling));
    handlers.move(zoomedAt(camera, camera.zoom * factor, pointOf(event)));
  });
  return () => over.abort();
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
