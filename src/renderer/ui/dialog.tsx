/** A modal dialog: focus stays inside, Escape and a click outside close it, focus goes back where it was. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  close: () => void;
  children: ComponentChildren;
  className?: string;
  /** The title is spoken, not shown. */
  quietTitle?: boolean;
}

export function Dialog({ title, close, children, className = "", quietTitle = false }: Props) {
  const host = useRef<HTMLDivElement>(null);
  // At once: a key pressed right after opening belongs to the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const first = host.current?.querySelector<HTMLElement>("input, button, select");
    (first ?? host.current)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what it does, keys and buttons of the dialog do, too
    <div
      class="scrim"
      role="presentation"
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) close();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        if (event.key === "Tab") keepFocus(event, host.current);
      }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll, by keys too */}
      <div ref={host} class={`dialog ${className}`} role="dialog" aria-modal="true" aria-label={title} tabIndex={0}>
        {!quietTitle && <h2>{title}</h2>}
        {children}
      </div>
    </div>
  );
}

function keepFocus(event: KeyboardEvent, host: HTMLElement | null): void {
  const all = [...(host?.querySelectorAll<HTMLElement>("input, button, select, [tabindex='0']") ?? [])].filter(
    (one) => !(one as HTMLButtonElement).disabled,
  );
  const first = all[0];
  const last = all[all.length - 1];
  if (first === undefined) event.preventDefault();
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first?.focus();
  }
}
