/** The answer to a question about a gradient, in words above the picture that shows it. Escape or its button puts it away. */
import { useEffect } from "preact/hooks";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";

export function Answer() {
  const store = useStore();
  const highlight = useSelect((state) => state.highlight);
  const close = (): void => store.dispatch("highlight/shown", { highlight: null });
  useEffect(() => {
    if (!highlight) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && store.get().dialog === null) store.dispatch("highlight/shown", { highlight: null });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [highlight, store]);
  if (!highlight) return null;
  return (
    <div class="graph-answer" role="status" data-testid="answer">
      <p>
        <strong>{highlight.title}</strong> {highlight.text}
      </p>
      <button type="button" class="icon-button" aria-label="Close the answer" title="Close (Escape)" onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
