/** Run, step and look: the bar at the top. Every button is a command that also has a key and a menu entry. */
import { useActions } from "../session/actions-context.ts";
import { eventCount, type Grain, type ThemeChoice } from "../state/app-state.ts";
import { hasCells } from "../state/parts.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { StepField } from "./step-field.tsx";

export function Toolbar() {
  return (
    <header class="toolbar">
      <DocumentName />
      <RunButtons />
      <div class="divider" />
      <GrainControl />
      <StepButtons />
      <StepField />
      <SpeedControl />
      <div class="spacer" />
      <ViewButtons />
    </header>
  );
}

function DocumentName() {
  const document = useSelect((state) => state.document);
  const actions = useActions();
  return (
    <div class="toolbar-group">
      <button
        type="button"
        class="icon-button"
        aria-label="Open file"
        title="Open file (Ctrl+O)"
        onClick={() => actions.openFile()}
      >
        <Icon name="open" />
      </button>
      {document && (
        <div class="document-name">
          <h1 data-testid="document-name">{document.name}</h1>
          {document.dirty && (
            <small role="img" aria-label="not saved">
              ●
            </small>
          )}
        </div>
      )}
    </div>
  );
}

function RunButtons() {
  const { status, pausing } = useSelect((state) => state.run);
  const document = useSelect((state) => state.document);
  const { run, stop, pause, continueRun } = useActions();
  const parted = document !== null && hasCells(document);
  const paused = status === "paused";
  return (
    <div class="toolbar-group">
      {paused ? (
        <button
          type="button"
          class="button primary run-button"
          title="Let the program go on to the next breakpoint (F5)"
          data-testid="resume"
          onClick={() => continueRun(1)}
        >
          <Icon name="run" />
          Continue
        </button>
      ) : (
        <button
          type="button"
          class="button primary run-button"
          disabled={document === null || status === "running"}
          title={parted ? "Run all cells in a fresh session (F5 or Ctrl+Enter)" : "Run the program (Ctrl+Enter)"}
          data-testid="run"
          onClick={() => run()}
        >
          <Icon name="run" />
          {parted ? "Run all" : "Run"}
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        disabled={status !== "running" || pausing}
        aria-label="Pause the program"
        title="Pause the program (F6)"
        data-testid="pause"
        onClick={() => pause()}
      >
        <Icon name="pause" />
      </button>
      <button
        type="button"
        class="icon-button"
        disabled={status !== "running" && !paused}
        aria-label="Stop"
        title="Stop the program"
        data-testid="stop"
        onClick={() => stop()}
      >
        <Icon name="stop" />
      </button>
    </div>
  );
}

const grains: { id: Grain; label: string; title: string }[] = [
  { id: "phase", label: "Phase", title: "A step is a phase: forward, backward, update" },
  { id: "node", label: "Node", title: "A step is one operator or one backward function" },
  { id: "edge", label: "Edge", title: "A step is one event: one contribution along one edge" },
];

function GrainControl() {
  const store = useStore();
  const grain = useSelect((state) => state.cursor.grain);
  return (
    <div class="segmented" role="radiogroup" aria-label="Size of a step">
      {grains.map(({ id, label, title }) => (
        // biome-ignore lint/a11y/useSemanticElements: a segmented control of buttons
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={grain === id}
          title={title}
          onClick={() => store.dispatch("cursor/grain", { grain: id })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function StepButtons() {
  const ready = useSelect((state) => eventCount(state) > 0 || state.run.status === "paused");
  const playing = useSelect((state) => state.cursor.playing);
  const atStart = useSelect((state) => state.cursor.target < 0);
  // A paused program goes on where its recording ends.
  const canGoOn = useSelect((state) => state.run.status === "paused");
  const atEnd = useSelect((state) => state.cursor.target >= eventCount(state) - 1);
  const actions = useActions();
  const button = (icon: IconName, label: string, keys: string, disabled: boolean, act: () => void) => (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={`${label} (${keys})`}
      disabled={!ready || disabled}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="toolbar-group">
      {button("first", "First step", "Home", atStart, actions.first)}
      {button("stepBack", "Step back", "Shift+F10", atStart, () => actions.step(-1))}
      {button(playing ? "pause" : "play", playing ? "Pause" : "Play", "Space", false, actions.togglePlay)}
      {button("stepForward", "Step", "F10", atEnd && !canGoOn, () => actions.step(1))}
      {button("last", "Last step", "End", atEnd, actions.last)}
    </div>
  );
}

const speeds = [0.25, 0.5, 1, 2, 4, 8, 16];

function SpeedControl() {
  const store = useStore();
  const speed = useSelect((state) => state.cursor.speed);
  return (
    <select
      class="select"
      aria-label="Speed of play"
      title="Speed of play (+ and −)"
      value={String(speed)}
      onChange={(event) => store.dispatch("cursor/speed", { speed: Number(event.currentTarget.value) })}
    >
      {speeds.map((each) => (
        <option key={each} value={String(each)}>
          {each}×
        </option>
      ))}
    </select>
  );
}

const nextTheme: Record<ThemeChoice, ThemeChoice> = {
  system: "light",
  light: "dark",
  dark: "contrast",
  contrast: "system",
};
const themeNames: Record<ThemeChoice, string> = {
  system: "as the system",
  light: "light",
  dark: "dark",
  contrast: "high contrast",
};

function ViewButtons() {
  const store = useStore();
  const theme = useSelect((state) => state.prefs.theme);
  const ready = useSelect((state) => state.shown !== null);
  return (
    <div class="toolbar-group">
      <button
        type="button"
        class="icon-button"
        aria-label={`Theme: ${themeNames[theme]}`}
        title={`Theme: ${themeNames[theme]}`}
        onClick={() => store.dispatch("prefs/changed", { prefs: { theme: nextTheme[theme] } })}
      >
        <Icon name="theme" />
      </button>
      <button
        type="button"
        class="icon-button"
        disabled={!ready}
        aria-label="Export"
        title="Export (Ctrl+Shift+E)"
        data-testid="export"
        onClick={() => store.dispatch("dialog/shown", { dialog: "export" })}
      >
        <Icon name="export" />
      </button>
    </div>
  );
}
