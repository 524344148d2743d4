/** What the program printed; new text keeps the end in sight unless the person scrolled up. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { Remedy } from "../inspector/remedy.tsx";
import { useSelect } from "../state/store.ts";
import { ConsoleTexts } from "./console-text.tsx";

export function Console() {
  const entries = useSelect((state) => state.console);
  const failure = useSelect((state) => state.run.failure);
  const host = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // runs after new text, and when what can be done about an error stands below it
  useLayoutEffect(() => {
    const scroller = host.current?.parentElement;
    if (scroller && atEnd.current) scroller.scrollTop = scroller.scrollHeight;
  }, [entries, failure]);
  useLayoutEffect(() => {
    const scroller = host.current?.parentElement;
    if (!scroller) return;
    const noted = (): void => {
      atEnd.current = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8;
    };
    scroller.addEventListener("scroll", noted);
    return () => scroller.removeEventListener("scroll", noted);
  }, []);
  return (
    <div ref={host} class="console" data-testid="console" role="log" aria-label="Output of the program">
      {entries.length === 0 ? (
        <span class="info">What the program prints appears here.</span>
      ) : (
        <ConsoleTexts entries={entries} />
      )}
      {failure && <Remedy message={failure.message} />}
    </div>
  );
}
