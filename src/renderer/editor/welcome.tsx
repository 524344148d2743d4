/** The empty state: what this is, what to do, and programs to begin with. */
import { useEffect, useState } from "preact/hooks";
import type { ExampleInfo } from "../../ipc/documents.ts";
import { useActions } from "../session/actions-context.ts";

const kindNames: Record<ExampleInfo["kind"], string> = {
  python: "Python",
  typescript: "TypeScript",
  notebook: "Notebook",
};

export function Welcome() {
  const actions = useActions();
  const [examples, setExamples] = useState<ExampleInfo[]>([]);
  useEffect(() => {
    actions.examples().then(setExamples, actions.report);
  }, [actions]);
  return (
    <div class="welcome">
      <h1>Step through backpropagation</h1>
      <p>Open model code, run it, and follow every gradient, forwards and backwards.</p>
      <div class="welcome-actions">
        <button type="button" class="button primary" onClick={() => actions.openFile()}>
          Open a file…
        </button>
        <button type="button" class="button" onClick={() => actions.newScript()}>
          New Python file
        </button>
      </div>
      {examples.length > 0 && (
        <>
          <h2>Examples</h2>
          <ul>
            {examples.map((example) => (
              <li key={example.id}>
                <button type="button" class="example" onClick={() => actions.openExample(example.id)}>
                  <strong>{example.title}</strong>
                  <span class="badge">{kindNames[example.kind]}</span>
                  {example.summary && <small>{example.summary}</small>}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Or</h2>
      <p class="muted">Drop a .py, .ipynb or .ts file, or a snapshot (.json), anywhere on this window.</p>
    </div>
  );
}
