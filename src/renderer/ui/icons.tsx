/** Icons: one drawing per name, 16 × 16, in the colour of the text around them. */
import type { JSX } from "preact";

const drawings = {
  run: <path class="solid" d="M4.5 3v10l8.5-5z" />,
  stop: <rect class="solid" x="4" y="4" width="8" height="8" rx="1" />,
  play: <path class="solid" d="M5 3.5v9l7-4.5z" />,
  pause: <path d="M5.5 4v8M10.5 4v8" />,
  stepForward: (
    <>
      <path class="solid" d="M3.5 4v8l6-4z" />
      <path d="M12 4v8" />
    </>
  ),
  stepBack: (
    <>
      <path class="solid" d="M12.5 4v8l-6-4z" />
      <path d="M4 4v8" />
    </>
  ),
  first: (
    <>
      <path d="M3.5 4v8" />
      <path d="M12.5 4.5 9 8l3.5 3.5M8.5 4.5 5 8l3.5 3.5" />
    </>
  ),
  last: (
    <>
      <path d="M12.5 4v8" />
      <path d="M3.5 4.5 7 8l-3.5 3.5M7.5 4.5 11 8l-3.5 3.5" />
    </>
  ),
  fit: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  minus: <path d="M3.5 8h9" />,
  actual: (
    <>
      <path d="M4 5v6M12 5v6M8 6.5v.01M8 9.5v.01" />
    </>
  ),
  direction: <path d="M4 3v9M1.8 9.8 4 12l2.2-2.2M8 4h5M10.8 1.8 13 4l-2.2 2.2" />,
  export: <path d="M8 10V2.5M5 5.5l3-3 3 3M3 9.5v4h10v-4" />,
  theme: (
    <>
      <circle cx="8" cy="8" r="5.2" />
      <path class="solid" d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" />
    </>
  ),
  up: <path d="M8 13V3.5M4 7.5l4-4 4 4" />,
  down: <path d="M8 3v9.5M4 8.5l4 4 4-4" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  edit: <path d="M3 13l.7-2.9L10.8 3 13 5.2 5.9 12.3zM9.3 4.5l2.2 2.2" />,
  open: <path d="M2.5 12.5v-9h4l1.5 2h5.5v7z" />,
  panel: <path d="M2.5 3h11v10h-11zM2.5 9.5h11" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="m10 10 3.5 3.5" />
    </>
  ),
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawings[name]}
    </svg>
  );
}
