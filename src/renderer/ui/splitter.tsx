/** The movable edge of a pane: by pointer, or by arrow keys when focused. */
import { useRef, useState } from "preact/hooks";

interface Props {
  edge: "left" | "right" | "top";
  size: number;
  min: number;
  max: number;
  label: string;
  resize(size: number): void;
}

export function Splitter({ edge, size, min, max, label, resize }: Props) {
  const start = useRef<{ at: number; size: number } | null>(null);
  const [dragging, setDragging] = useState(false);
  const clamp = (value: number): number => Math.round(Math.min(max, Math.max(min, value)));
  const at = (event: PointerEvent): number => (edge === "top" ? event.clientY : event.clientX);
  const sign = edge === "right" ? 1 : -1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator, which <hr> is not
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={edge === "top" ? "horizontal" : "vertical"}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      data-edge={edge}
      data-dragging={dragging}
      onPointerDown={(event) => {
        start.current = { at: at(event), size };
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
      }}
      onPointerMove={(event) => {
        if (start.current) resize(clamp(start.current.size + sign * (at(event) - start.current.at)));
      }}
      onPointerUp={() => {
        start.current = null;
        setDragging(false);
      }}
      onKeyDown={(event) => {
        const forward = edge === "top" ? "ArrowUp" : edge === "right" ? "ArrowRight" : "ArrowLeft";
        const back = edge === "top" ? "ArrowDown" : edge === "right" ? "ArrowLeft" : "ArrowRight";
        const by = event.key === forward ? 24 : event.key === back ? -24 : 0;
        if (by === 0) return;
        event.preventDefault();
        event.stopPropagation();
        resize(clamp(size + by));
      }}
    />
  );
}
