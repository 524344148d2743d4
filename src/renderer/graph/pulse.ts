/** The dot that runs along an edge when a gradient flows. */
import { pointAt } from "./painter.ts";

export interface Pulse {
  path: number[];
  color: string;
  width: number;
  /** As `performance.now()` tells it. */
  start: number;
  milliseconds: number;
}

/** Gradient runs from the consumer (end of the data edge) to the producer (its start); a short tail shows the direction. */
export function drawPulse(ctx: CanvasRenderingContext2D, pulse: Pulse, now: number): void {
  const t = (now - pulse.start) / pulse.milliseconds;
  ctx.fillStyle = pulse.color;
  for (let tail = 5; tail >= 0; tail -= 1) {
    const { x, y } = pointAt(pulse.path, 1 - ease(Math.max(0, t - tail * 0.025)));
    ctx.globalAlpha = 0.9 - tail * 0.14;
    ctx.beginPath();
    ctx.arc(x, y, Math.max(5, pulse.width * 0.9) * (1 - tail * 0.1), 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

function ease(t: number): number {
  const x = Math.min(1, t);
  return x < 0.5 ? 2 * x * x : 1 - (-2 * x + 2) ** 2 / 2;
}
