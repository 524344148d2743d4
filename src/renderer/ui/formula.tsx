/** A typeset formula. KaTeX builds elements (no inline style attributes in markup), and MathML beside them for screen readers. */
import katex from "katex";
import "katex/dist/katex.min.css";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Formula({ latex, display = false }: { latex: string; display?: boolean }) {
  const host = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    try {
      katex.render(latex, element, { displayMode: display, throwOnError: true, strict: false, trust: false });
    } catch {
      // A formula that KaTeX does not know is still readable as it is written.
      element.textContent = latex;
    }
  }, [latex, display]);
  return <span ref={host} class="formula" />;
}
