/** Choose a format, see what will be written, save. */
import { useEffect, useState } from "preact/hooks";
import { buildPicture } from "../../graph/build-picture.ts";
import { formatCount } from "../../graph/format-number.ts";
import type { ThemeName } from "../../graph/palette.ts";
import type { Picture } from "../../graph/picture.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount, themeOf } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { type ExportInput, exporters } from "./exporters.ts";
import { pictureToPng } from "./png.ts";

export function ExportDialog() {
  const store = useStore();
  const actions = useActions();
  const shown = useSelect((state) => state.shown);
  const [format, setFormat] = useState("png");
  const [scale, setScale] = useState<1 | 2 | 3>(2);
  const [background, setBackground] = useState<"theme" | "transparent">("theme");
  const [theme, setTheme] = useState<ThemeName>(themeOf(store.get()));
  const [embed, setEmbed] = useState(false);
  const [inFocus, setInFocus] = useState(true);
  const [busy, setBusy] = useState(false);
  const exporter = exporters.find(({ id }) => id === format);
  const close = (): void => store.dispatch("dialog/shown", { dialog: null });
  const client = actions.client();
  const value = client?.value;
  if (!shown || !client || !value || !exporter) return null;
  const picture = buildPicture(shown.graph, shown.layout, shown.view, value, {
    event: shown.event,
    eventCount: eventCount(store.get()),
  });
  const { document, prefs, cursor } = store.get();
  const { focus } = cursor;
  const input: ExportInput = {
    picture,
    theme,
    background,
    scale,
    shown,
    trace: client.source,
    title: document?.name ?? "Backstep",
    source:
      document?.cells
        .filter(({ kind }) => kind === "code")
        .map((cell) => cell.source)
        .join("\n\n") ?? "",
    direction: prefs.direction,
    secondOrder: prefs.secondOrder,
    focus: inFocus ? focus : null,
    embed,
    snapshot: actions.snapshot,
  };
  const name = (store.get().document?.name ?? "graph").replace(/\.\w+$/, "");
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const bytes = await exporter.make(input);
      const step = shown.view.cursor + 1;
      if (await actions.saveExport(`${name}-step-${step}.${exporter.extension}`, bytes)) {
        store.dispatch("notice/shown", { tone: "info", text: `Saved as ${exporter.label}.` });
        close();
      }
    } catch (error) {
      actions.report(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title="Export" close={close}>
      <Preview picture={picture} theme={theme} background={background} />
      <div class="row">
        <span>Format</span>
        <Choices
          label="Format"
          value={format}
          choose={setFormat}
          options={exporters.map(({ id, label }) => ({ id, label }))}
        />
      </div>
      {exporter.uses.scale && (
        <div class="row">
          <span>Size</span>
          <Choices
            label="Size"
            value={String(scale)}
            choose={(id) => setScale(Number(id) as 1 | 2 | 3)}
            options={["1", "2", "3"].map((id) => ({ id, label: `${id}×` }))}
          />
        </div>
      )}
      {exporter.uses.theme && (
        <div class="row">
          <span>Colours</span>
          <Choices
            label="Colours"
            value={theme}
            choose={(id) => setTheme(id as ThemeName)}
            options={[
              { id: "light", label: "Light" },
              { id: "dark", label: "Dark" },
              { id: "contrast", label: "High contrast" },
            ]}
          />
        </div>
      )}
      {exporter.uses.background && (
        <div class="row">
          <span>Background</span>
          <Choices
            label="Background"
            value={background}
            choose={(id) => setBackground(id as "theme" | "transparent")}
            options={[
              { id: "theme", label: "Filled" },
              { id: "transparent", label: "Transparent" },
            ]}
          />
        </div>
      )}
      {exporter.uses.focus && focus && (
        <div class="row">
          <span>Steps</span>
          <Choices
            label="Steps"
            value={inFocus ? "focus" : "all"}
            choose={(id) => setInFocus(id === "focus")}
            options={[
              { id: "focus", label: `${formatCount(focus.first + 1)} to ${formatCount(focus.last + 1)}` },
              { id: "all", label: "All" },
            ]}
          />
        </div>
      )}
      {exporter.uses.embed && (
        <div class="row">
          <span>Run</span>
          <Choices
            label="Run"
            value={embed ? "inside" : "none"}
            choose={(id) => setEmbed(id === "inside")}
            options={[
              { id: "none", label: "Not inside" },
              { id: "inside", label: "Inside: opens again" },
            ]}
          />
        </div>
      )}
      {exporter.note && <p class="note">{exporter.note}</p>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class="button primary" data-testid="export-save" disabled={busy} onClick={save}>
          {busy ? "Saving…" : "Save…"}
        </button>
      </div>
    </Dialog>
  );
}

interface ChoicesProps {
  label: string;
  value: string;
  options: readonly { id: string; label: string }[];
  choose: (id: string) => void;
}

function Choices({ label, value, options, choose }: ChoicesProps) {
  return (
    <div>
      <div class="segmented" role="radiogroup" aria-label={label}>
        {options.map((option) => (
          // biome-ignore lint/a11y/useSemanticElements: a segmented control of buttons
          <button
            key={option.id}
            type="button"
            role="radio"
            aria-checked={option.id === value}
            onClick={() => choose(option.id)}
          >
            {option.label}
          </button>
        ))}
      </div>
    </div>
  );
}

function Preview(props: { picture: Picture; theme: ThemeName; background: "theme" | "transparent" }) {
  const { picture, theme, background } = props;
  const [address, setAddress] = useState<string | null>(null);
  // the picture is rebuilt on every draw, its caption tells steps apart
  useEffect(() => {
    let gone = false;
    pictureToPng(picture, { theme, background, scale: 1 })
      .then((bytes) => {
        if (!gone) setAddress(URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" })));
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [picture.caption, theme, background]);
  // Given up only when it is loaded, by an image of its own: the dialog may close before, and the image would look for what is gone.
  const free = (): void => URL.revokeObjectURL(address ?? "");
  return (
    <div class="preview">
      {address && <img key={address} src={address} alt="What will be saved" onLoad={free} onError={free} />}
    </div>
  );
}
